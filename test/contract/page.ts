import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page that is scraped, always the same. */
export interface ScrapedPage {
  /** `host:port`. */
  readonly address: string;
  close(): Promise<void>;
}

const TRACE_ID = 'fedcba9876543210fedcba9876543210';

const PAGE = `# HELP shop_orders Orders that were taken.
# TYPE shop_orders counter
shop_orders_total{route="/a",tenant="one"} 5.0
shop_orders_total{route="/b",tenant="two"} 7.0
# HELP shop_load Work under way.
# TYPE shop_load gauge
shop_load 0.5
# HELP shop_seconds How long orders take.
# TYPE shop_seconds histogram
# UNIT shop_seconds seconds
shop_seconds_bucket{le="0.1"} 2.0 # {trace_id="${TRACE_ID}"} 0.05
shop_seconds_bucket{le="1.0"} 3.0
shop_seconds_bucket{le="+Inf"} 4.0
shop_seconds_count 4.0
shop_seconds_sum 3.5
# EOF
`;

export async function servePage(page = PAGE): Promise<ScrapedPage> {
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8' })
      .end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
