import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../examples/shop/src/load/main.ts', import.meta.url));
const shop = createServer((_request, response) => response.end('{}'));
afterEach(() => {
  shop.closeAllConnections();
  shop.close();
});

it('ends the load quietly when the process that started it is gone', async () => {
  await once(shop.listen(0, '127.0.0.1'), 'listening');
  const { port } = shop.address() as AddressInfo;
  const child = fork(main, ['--url', `http://127.0.0.1:${port}`, '--connections', '2', '--think-ms', '1'], {
    execArgv: ['--conditions=@sightline/source'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const errors = text(child.stderr!);
  await once(child, 'message');
  child.disconnect();
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, await errors]).toEqual([0, '']);
}, 60_000);
