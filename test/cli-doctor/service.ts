/** A small service, which says by IPC where it listens. `FAULT` and `CLIENTS_OF` plant faults of its own. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

const fault = process.env['FAULT'];
const clientsOf = process.env['CLIENTS_OF'];

/** As one finds them where a library brings the other one. */
function loadBothClients(from: string): void {
  const require = createRequire(from);
  for (const name of ['prom-client', '@prometheus-io/client']) require(name);
}
const server = createServer((_request, response) => {
  response.end('hello\n');
});
server.listen(0, '127.0.0.1', () => void tell());

async function tell(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  let adminPort: number | undefined;
  if (fault !== 'plain') {
    const { sightline, start } = await import('@sightline/bootstrap');
    if (fault === 'late') start();
    if (clientsOf !== undefined) loadBothClients(clientsOf);
    // Off, it has no admin server.
    for (let turns = 0; turns < 200 && sightline.enabled && sightline.admin.address === undefined; turns++) {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    adminPort = sightline.admin.address?.port;
  }
  process.send?.({ port, adminPort });
}
