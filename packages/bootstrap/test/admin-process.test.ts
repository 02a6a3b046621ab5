import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const admin = new URL('../src/admin/create-admin.ts', import.meta.url).href;

/** Listens, is asked over a connection that stays open, and has nothing else to do. */
const program = `
  import { connect } from 'node:net';
  import { createAdmin } from ${JSON.stringify(admin)};
  const route = { path: '/a', methods: ['GET'], access: 'open', help: 'A.', handle: () => ({ status: 200, body: 'a' }) };
  const admin = createAdmin({ routes: [route], host: '127.0.0.1', port: 0, onProblem: console.error });
  await admin.listen();
  const socket = connect(admin.address.port, '127.0.0.1');
  socket.write('GET /a HTTP/1.1\\r\\nhost: localhost\\r\\n\\r\\n');
  socket.once('data', (data) => {
    console.log(String(data).split('\\r\\n')[0]);
    socket.unref();
  });
`;

describe('a process with an admin server', () => {
  it('ends by itself when it has nothing else to do, although a connection is open', async () => {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@sightline/source', '--input-type=module', '--eval', program],
      { timeout: 50_000 },
    );
    expect([stdout, stderr]).toEqual(['HTTP/1.1 200 OK\n', '']);
  }, 60_000);
});
