// HEALTHCHECK of the images: exit code 0 while the launcher in this container answers. It tells nothing of the action,
// which a container of the platform does not have yet.
'use strict';
const { get } = require('node:http');

const { HOST: host = '127.0.0.1', PORT, FLASK_PROXY_PORT } = process.env;
const port = PORT || FLASK_PROXY_PORT || 8080;

get({ host, port, path: '/health/live' }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1);
}).on('error', () => process.exit(1));
