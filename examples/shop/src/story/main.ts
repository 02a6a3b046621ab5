/*
 * The demo: three services under load, the embedded stack that reads their telemetry, and an incident.
 *
 * pnpm demo [--once] [--visitors 64] [--port 4318]
 *
 * or without pnpm: node --conditions=@sightline/source examples/shop/src/story/main.ts
 */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type LocalStack, startLocal } from '@sightline/local';
import { type Incident, describeIncident } from '../incidents.ts';
import { plantSecrets } from '../planted.ts';
import { type Shop, startLoadProcess, startShop } from '../processes.ts';
import { paint } from '../watch/paint.ts';
import { createReadApi } from './read-api.ts';
import { steps } from './steps.ts';
import { type Told, createTeller } from './tell.ts';

const HELP = `The demo: three services under load, the embedded stack, and an incident.

Usage: node --conditions=@sightline/source examples/shop/src/story/main.ts [--once] [--visitors N] [--port N]

  --once         end when the story is told; so it does where standard output is no terminal
  --visitors N   connections at a time (64)
  --port N       of the embedded stack (4318; a free one where that is taken)

It needs no network and no Docker. It exits with 0 when every step of the story was seen through the read APIs of the
stack, those of Prometheus, Loki, Tempo and Alertmanager. NO_COLOR=1 turns the colours off.
`;

const SEED = 7;
const THINK_MS = 250;
/** The rules ask to be evaluated every 30 s; who watches a demo does not want to wait for that. */
const RULES_EVERY_MS = 2000;
const SCRAPE_EVERY_MS = 1000;

const alerts = fileURLToPath(new URL('../../../../alerts/', import.meta.url));

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: !process.stdout.isTTY },
    visitors: { type: 'string', default: '64' },
    port: { type: 'string', default: '4318' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help === true) process.stdout.write(HELP);
else process.exitCode = await demo(values.once, Number(values.visitors), Number(values.port));

async function demo(isOnce: boolean, visitors: number, port: number): Promise<number> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const complaints: string[] = [];
  const stack = await openStack(port);
  const shop = await startShop({
    otlpUrl: stack.url,
    serviceToken: plantSecrets(SEED).serviceToken,
    env: { OTEL_LOGS_EXPORTER: 'otlp', OTEL_BLRP_SCHEDULE_DELAY: '500' },
    onOutput(service, chunk, stream) {
      if (stream === 'stderr') complaints.push(`${service}: ${chunk.trim()}`);
    },
  });
  const services = [shop.storefront, shop.orders, shop.payments];
  for (const { name, adminUrl } of services) {
    const labels = { deployment_environment_name: 'demo' };
    stack.scrape({ job: name, targets: [new URL(adminUrl).host], labels });
  }
  const load = startLoadProcess({
    url: shop.storefront.url,
    connections: visitors,
    thinkMs: THINK_MS,
    seed: SEED,
  });
  process.stdout.write(`${intro(stack, shop, visitors)}\n`);

  function order(incident: Incident): void {
    process.stdout.write(`${paint.alarm(` ${describeIncident(incident)} `)}\n`);
    for (const each of [...services, load]) each.send({ incident });
  }

  try {
    const teller = createTeller(createReadApi(stack.url), process.stdout, (ms, signal) =>
      delay(ms, undefined, { signal }),
    );
    const told: Told[] = [];
    for (const step of steps) {
      if (ended.signal.aborted) break;
      if (step.incident !== undefined) order(step.incident);
      // oxlint-disable-next-line no-await-in-loop -- a story has an order
      told.push(await teller.tell(step, ended.signal));
    }
    if (!isOnce && !ended.signal.aborted) {
      process.stdout.write(`\nThe shop goes on, and so does the stack at ${stack.url}. Ctrl-C ends it.\n`);
      await once(ended.signal, 'abort');
    }
    const missed = told.filter(({ seen }) => seen === undefined);
    process.stdout.write(summary(told, missed, stack));
    return missed.length === 0 && told.length === steps.length ? 0 : 1;
  } finally {
    load.stop();
    await load.done.catch(() => undefined);
    complaints.push(...(await shop.stop()));
    await stack.close();
    if (complaints.length > 0) process.stderr.write(`${complaints.join('\n')}\n`);
  }
}

/** On its own port, or on a free one where that is taken. */
async function openStack(port: number): Promise<LocalStack> {
  const options = {
    scrape: { intervalMs: SCRAPE_EVERY_MS, timeoutMs: SCRAPE_EVERY_MS },
    rules: readdirSync(`${alerts}prometheus`).map((file) => `${alerts}prometheus/${file}`),
    logRules: [`${alerts}loki/logs.yml`],
    alertmanager: `${alerts}alertmanager.yml`,
    runbooks: `${alerts}runbooks`,
    dashboards: fileURLToPath(new URL('../../../../dashboards/', import.meta.url)),
    maxEvaluationIntervalMs: RULES_EVERY_MS,
  };
  try {
    return await startLocal({ ...options, port });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SIGHTLINE_LOCAL_PORT') throw error;
    process.stdout.write(`port ${port} is taken; the stack takes a free one\n`);
    return startLocal({ ...options, port: 0 });
  }
}

function intro(stack: LocalStack, shop: Shop, visitors: number): string {
  return [
    paint.title('Three services, the embedded stack, and an incident'),
    `the shop            ${shop.storefront.url}, ${visitors} visitors`,
    `the stack           ${stack.url} (open it in a browser)`,
    `its read APIs       /api/v1/query (Prometheus)  /loki/api/v1/query_range (Loki)`,
    `                    /api/search (Tempo)  /api/v2/alerts (Alertmanager)`,
    '',
  ].join('\n');
}

function summary(told: readonly Told[], missed: readonly Told[], stack: LocalStack): string {
  const { received, kept } = stack.self();
  const { scrape } = received.samples;
  const took = `${received.spans.stored} spans, ${received.logLines.stored} log lines, ${scrape.stored} samples`;
  const lines = [
    '',
    `The stack took ${took}; it keeps ${kept.series.series} series and ${kept.traces.traces} traces.`,
    missed.length === 0 && told.length === steps.length
      ? paint.good(`All ${told.length} steps were seen through the read APIs.`)
      : paint.bad(`${told.length - missed.length} of ${steps.length} steps were seen.`),
    ...missed.map(({ title, problem = 'its time was over' }) => `  not seen: ${title} (${problem})`),
    '',
  ];
  return lines.join('\n');
}
