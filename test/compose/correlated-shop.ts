import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type LoadProcess,
  type Service,
  startLoadProcess,
  startShop,
} from '../../examples/shop/src/processes.ts';
import type { NativeStack } from './native-stack.ts';
import { type SentLines, createLineShipper } from './line-shipper.ts';

/** The shop with visitors, whose spans go to Tempo and whose lines go to Loki, as the agent would send them. */
export interface CorrelatedShop {
  readonly services: readonly Service[];
  /** `host:port` of the admin server by service, for Prometheus. */
  readonly targets: Readonly<Record<string, string>>;
  readonly lines: SentLines;
  readonly load: LoadProcess;
  /** Ends the visitors, then the services, and waits until the last line is with Loki. */
  close(): Promise<void>;
}

const VISITORS = 4;
const THINK_MS = 200;
const SEED = 11;

export async function openCorrelatedShop(stack: NativeStack): Promise<CorrelatedShop> {
  const lines = createLineShipper(`${stack.urls.loki}/otlp/v1/logs`);
  const shop = await startShop({
    otlpUrl: stack.otlpUrl,
    serviceToken: 'compose-'.repeat(4),
    onOutput: (service, chunk, stream) => {
      if (stream === 'stdout') lines.read(service, chunk);
    },
  });
  const services = [shop.storefront, shop.orders, shop.payments];
  const load = startLoadProcess({
    url: shop.storefront.url,
    connections: VISITORS,
    thinkMs: THINK_MS,
    seed: SEED,
  });
  return {
    services,
    targets: Object.fromEntries(services.map(({ name, adminUrl }) => [name, new URL(adminUrl).host])),
    lines,
    load,
    async close() {
      load.stop();
      await load.done;
      await shop.stop();
      await lines.close();
    },
  };
}

/** @param folder that of the stack, whose Prometheus looks there for targets */
export async function scrapeShop({ targets }: CorrelatedShop, folder: string): Promise<void> {
  await writeFile(
    join(folder, 'etc/prometheus/targets/services-shop.local.yml'),
    JSON.stringify(
      Object.entries(targets).map(([job, address]) => ({
        targets: [address],
        labels: { job, deployment_environment_name: 'demo' },
      })),
    ),
  );
}
