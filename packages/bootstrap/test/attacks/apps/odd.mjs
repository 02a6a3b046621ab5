// Handlers as they should not be, on three servers: what their clients get must not depend on who observes them.
import { AsyncLocalStorage } from 'node:async_hooks';
import domain from 'node:domain';
import { EventEmitter } from 'node:events';
import http from 'node:http';
import { inherits } from 'node:util';

const storage = new AsyncLocalStorage();

/** The app's own errors are part of what is compared; a crash would hide the rest. */
let uncaught = 0;
process.on('uncaughtException', () => {
  uncaught++;
});
process.on('unhandledRejection', () => {
  uncaught++;
});

function attempt(response, work) {
  try {
    work();
  } catch (error) {
    if (!response.headersSent) response.writeHead(500, { 'x-code': error.code ?? error.name });
    response.end();
  }
}

const handlers = {
  '/plain': (_, response) => response.end('plain'),
  '/empty': (_, response) => response.end(),
  '/no-content': (_, response) => response.writeHead(204).end(),
  '/not-modified': (_, response) => response.writeHead(304, { etag: '"1"' }).end(),
  '/reason': (_, response) => response.writeHead(299, 'Odd Enough', { 'x-a': '1' }).end('reason'),
  '/raw-headers': (_, response) =>
    response.writeHead(200, ['x-a', '1', 'X-A', '2', 'content-length', '3']).end('raw'),
  '/no-prototype': (_, response) =>
    response.writeHead(200, Object.assign(Object.create(null), { 'X-Bare': 'yes' })).end('bare'),
  '/twice-head': (_, response) =>
    attempt(response, () => {
      response.writeHead(201);
      response.writeHead(202);
      response.end('late');
    }),
  '/twice-head-sent': (_, response) => {
    response.writeHead(201);
    response.write('first');
    try {
      response.writeHead(202);
    } catch (error) {
      response.end(error.code);
    }
  },
  '/twice-end': (_, response) => {
    response.end('one');
    response.end('two', () => {});
  },
  '/write-after-end': (_, response) => {
    response.on('error', () => {});
    response.end('done');
    response.write('more');
  },
  '/destroy': (_, response) => response.destroy(),
  '/destroy-socket': (request) => request.socket.destroy(),
  '/destroy-half': (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  },
  '/no-listeners': (request, response) => {
    request.removeAllListeners();
    response.removeAllListeners();
    response.end('none');
  },
  '/replaced-end': (_, response) => {
    const { end } = response;
    response.end = function replaced(chunk, ...rest) {
      return end.call(this, `${chunk}!`, ...rest);
    };
    response.end('replaced');
  },
  '/replaced-write': (_, response) => {
    const { write } = response;
    response.write = (chunk, ...rest) => write.call(response, String(chunk).toUpperCase(), ...rest);
    response.write('shouted');
    response.end();
  },
  '/replaced-write-head': (_, response) => {
    const { writeHead } = response;
    response.writeHead = function replaced(status, headers) {
      return writeHead.call(this, status, { ...headers, 'x-replaced': 'yes' });
    };
    response.end('head');
  },
  '/status-text': (_, response) =>
    attempt(response, () => ((response.statusCode = 'teapot'), response.end('x'))),
  '/status-zero': (_, response) => attempt(response, () => ((response.statusCode = 0), response.end('x'))),
  '/status-big': (_, response) => attempt(response, () => ((response.statusCode = 1e6), response.end('x'))),
  '/status-nan': (_, response) => attempt(response, () => response.writeHead(Number.NaN)),
  '/status-string': (_, response) => attempt(response, () => response.writeHead('418').end('x')),
  '/status-message': (_, response) =>
    attempt(response, () => ((response.statusMessage = 'a\r\nb: c'), response.end())),
  '/frozen-request': (request, response) => response.end(String(Object.isFrozen(Object.freeze(request)))),
  '/frozen-headers': (request, response) =>
    response.end(String(Object.isFrozen(Object.freeze(request.headers)))),
  '/sealed-response': (_, response) => response.end(String(Object.isSealed(Object.seal(response)))),
  '/proxied': (request, response) => {
    const proxied = new Proxy(request, {});
    response.end(
      `${proxied.method} ${proxied.url} ${Reflect.ownKeys(proxied).filter((key) => typeof key === 'string').length > 5}`,
    );
  },
  '/own-keys': (request, response) =>
    response.end(JSON.stringify([Object.keys(request).toSorted(), Object.keys(response).toSorted()])),
  '/listeners': (request, response) =>
    response.end(
      JSON.stringify(
        ['end', 'error', 'aborted', 'finish', 'data'].map((name) => [
          request.listenerCount(name),
          response.listenerCount(name),
        ]),
      ),
    ),
  '/patched-emit': (_, response) => {
    response.emit = () => false;
    response.end('silent');
  },
  '/storage': (_, response) =>
    storage.run('mine', () => setImmediate(() => response.end(String(storage.getStore())))),
  '/storage-outside': (_, response) => setImmediate(() => response.end(String(storage.getStore()))),
  '/domain': (_, response) => {
    const own = domain.create();
    own.on('error', (error) => response.writeHead(500).end(error.message));
    own.run(() =>
      setImmediate(() => {
        throw new Error('in the domain');
      }),
    );
  },
  '/throws': (_, response) => {
    response.write('begun');
    setImmediate(() => response.destroy());
    throw new Error('thrown');
  },
  '/rejects': async (_, response) => {
    setImmediate(() => response.end('after'));
    throw new Error('rejected');
  },
  '/echo': (request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () =>
      response.end(
        JSON.stringify([
          Buffer.concat(parts).toString('latin1'),
          request.trailers,
          request.rawHeaders,
          request.url,
          request.method,
        ]),
      ),
    );
    request.on('error', () => response.destroy());
  },
  '/early': (_, response) =>
    response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.end('early')),
  '/continue': (_, response) => {
    response.writeContinue();
    response.end('continued');
  },
  '/trailers': (_, response) => {
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('body');
    response.addTrailers({ 'x-sum': '4' });
    response.end();
  },
  '/flush': (_, response) => {
    response.flushHeaders();
    setImmediate(() => response.end('flushed'));
  },
  '/corked': (_, response) => {
    response.cork();
    response.write('a');
    response.write('b');
    response.uncork();
    response.end('c');
  },
  '/length': (_, response) => {
    response.strictContentLength = true;
    response.writeHead(200, { 'content-length': '2' });
    attempt(response, () => response.end('too long'));
  },
  '/bad-header': (_, response) => attempt(response, () => response.setHeader('x-a', 'a\u0000b')),
  '/header-names': (_, response) => {
    response.setHeader('X-Mixed-Case', '1');
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify([response.getHeaderNames(), response.hasHeader('x-mixed-case')]));
  },
  '/uncaught': (_, response) => response.end(String(uncaught)),
};

function handle(request, response) {
  const handler = handlers[request.url.split('?')[0]];
  if (handler) return handler(request, response);
  response.statusCode = 404;
  return response.end(`none ${request.method} ${request.url}`);
}

const plain = http.createServer(handle);
plain.on('checkExpectation', (request, response) => response.writeHead(417).end());
plain.on('connect', (_, socket) =>
  socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\n\r\n'),
);

// As programs from before there were classes do it; with its own `emit`, and an upgrade that it refuses.
function OldServer(listener) {
  http.Server.call(this, listener);
}
inherits(OldServer, http.Server);
const old = new OldServer(handle);
old.on('upgrade', (_, socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\n\r\n'));

// One whose `emit` is its own, and calls the one that it knew.
const patched = http.createServer(handle);
const { emit } = patched;
patched.emit = function own(event, ...values) {
  if (event === 'request') values[1].setHeader('x-own-emit', '1');
  return emit.call(this, event, ...values);
};
patched.on('clientError', (error, socket) =>
  socket.end(`HTTP/1.1 400 Bad Request\r\nx-code: ${error.code}\r\n\r\n`),
);

// After everything else: as some other tool would.
const prototypeEmit = http.Server.prototype.emit;
http.Server.prototype.emit = function later(event, ...values) {
  if (event === 'request') values[1].setHeader('x-later', '1');
  return prototypeEmit === undefined
    ? EventEmitter.prototype.emit.call(this, event, ...values)
    : prototypeEmit.call(this, event, ...values);
};

const servers = [plain, old, patched];
await Promise.all(servers.map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))));
const ports = servers.map((server) => server.address().port);
process.on('message', () => process.send(ports));
process.send({ port: ports[0] });
process.on('disconnect', () => process.exit());
