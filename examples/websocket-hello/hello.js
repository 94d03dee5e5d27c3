function main({ name = 'stranger' }) {
  const over = process.env.__OW_WEBSOCKET_ID ? 'WebSocket' : 'HTTP';
  console.log(`greeting ${name}`);
  return { greeting: `Hello ${name}!`, over };
}
