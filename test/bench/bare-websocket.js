// The limit of every row about WebSockets: ws alone, which sends back what it gets.
import { WebSocketServer } from 'ws';

new WebSocketServer({ port: Number(process.env.PORT), perMessageDeflate: false }).on(
  'connection',
  (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
);
