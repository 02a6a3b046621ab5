/** A service that builds reports and reads its configuration, and does either badly when it is told to by IPC. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sightline } from '@sightline/bootstrap';

/** One order: from now on a report holds the event loop up for so long [ms], or the configuration lacks its currency. */
export type FragileOrder = { readonly reportMs: number } | { readonly crash: true };

interface Configuration {
  readonly currency?: { readonly code: string };
}

let reportMs = 1;
let configuration: Configuration = { currency: { code: 'EUR' } };

/** Sorts until the time is over, without giving anybody else a turn. */
function buildReport(): string {
  const endMs = performance.now() + reportMs;
  let rows: number[] = [];
  do rows = Array.from({ length: 500 }, (_none, index) => (index * 7919) % 500).toSorted((a, b) => a - b);
  while (performance.now() < endMs);
  return `${rows.length} rows`;
}

function priceText(cents: number): string {
  const { currency } = configuration;
  return `${cents / 100} ${(currency as { readonly code: string }).code}`;
}

const server = createServer((request, response) => {
  if (request.url === '/report') {
    sightline.logger.info({ rows: 500 }, 'building a report');
    response.end(buildReport());
  } else response.end(priceText(4200));
});

process.on('message', (order: FragileOrder) => {
  if ('reportMs' in order) reportMs = order.reportMs;
  else configuration = {};
});

server.listen(0, '127.0.0.1', () => {
  sightline.logger.info('the worker listens');
  process.send?.({
    port: (server.address() as AddressInfo).port,
    adminPort: sightline.admin.address?.port,
  });
});
