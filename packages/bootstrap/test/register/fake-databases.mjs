// As much of Redis and of PostgreSQL as their clients need, on real sockets.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Answers every command with +OK, and INFO with what makes a client ready. */
export async function startFakeRedis() {
  return listen((socket) => {
    socket.on('data', (data) => {
      const commands = data.toString('latin1').split(/(?=\*\d+\r\n\$)/);
      for (const command of commands) {
        const info = '# Server\r\nredis_version:7.0.0\r\nloading:0\r\n';
        socket.write(/\r\ninfo\r\n/i.test(command) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
  });
}

/** Lets everybody in, and answers each simple query with one row. */
export async function startFakePostgres() {
  return listen((socket) => {
    let started = false;
    let waiting = Buffer.alloc(0);
    socket.on('data', (data) => {
      waiting = Buffer.concat([waiting, data]);
      for (;;) {
        const typed = started ? 1 : 0;
        if (waiting.length < typed + 4) return;
        const size = waiting.readInt32BE(typed);
        if (waiting.length < typed + size) return;
        const type = started ? String.fromCharCode(waiting[0]) : 'startup';
        waiting = waiting.subarray(typed + size);
        started = true;
        if (type === 'startup') socket.write(Buffer.concat([message('R', int32(0)), message('Z', 'I')]));
        else if (type === 'Q') socket.write(oneRow());
        else if (type === 'X') socket.end();
      }
    });
  });
}

async function listen(onSocket) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, close: () => server.close() };
}

function oneRow() {
  const column = Buffer.concat([
    Buffer.from('one\0'),
    int32(0),
    int16(0),
    int32(25),
    int16(-1),
    int32(-1),
    int16(0),
  ]);
  return Buffer.concat([
    message('T', Buffer.concat([int16(1), column])),
    message('D', Buffer.concat([int16(1), int32(1), Buffer.from('1')])),
    message('C', Buffer.from('SELECT 1\0')),
    message('Z', 'I'),
  ]);
}

function message(type, content) {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(type), int32(bytes.length + 4), bytes]);
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
