const { createHash } = require('node:crypto');
const { once } = require('node:events');
const { createServer } = require('node:http');

/** Serves what the apps call, and keeps the traceparent of each request. */
exports.serve = async function serve() {
  const received = [];
  const server = createServer((request, response) => {
    received.push(request.headers.traceparent);
    if (request.url === '/redirect') response.writeHead(302, { location: '/' }).end();
    else if (request.url === '/breaks') {
      response.writeHead(200, { 'content-length': '10' });
      response.write('some');
      setImmediate(() => request.socket.destroy());
    } else if (request.url !== '/silent') response.end('ok');
  });
  server.on('upgrade', (request, socket) => {
    received.push(request.headers.traceparent);
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return {
    origin: `http://localhost:${server.address().port}`,
    received,
    arrival: () => once(server, 'request'),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
};
