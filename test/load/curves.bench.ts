/* oxlint-disable no-await-in-loop -- two at once would measure each other */
/**
 * What does observing a request cost as sampling, routes, headers and concurrency grow, and with which framework on which
 * Node.js?
 *
 * `node test/load/curves.bench.ts [--frameworks] [--minutes 10] [--fresh] [--only text] [--short]`
 *
 * Without `--frameworks` the curves, with it the table of frameworks. Each cell is a fresh process, observed in one way,
 * beside a fresh bare one: both are warmed up, then slices of load alternate between the two, as in
 * `request-path.bench.ts`. Those cells that have been measured least often come first, each adds a round to `curves.json`,
 * and no new one begins when the time is over: a run goes on where the last one ended, and `--fresh` begins anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Cell, cells, observers, programOf } from './cells.ts';
import {
  CURVE_PLOT,
  CURVE_RESULTS,
  type CurveResults,
  type Round,
  curveTables,
  frameworkTable,
} from './curve-tables.ts';
import { curvePlot } from './curve-plot.ts';
import { machine, print } from './figures.ts';
import { type Load, calmOf, compared, sandwiches, slice } from './paired-slices.ts';
import { type Peer, startGenerator, startService } from './processes.ts';
import { type Variant, variants } from './variants.ts';

const { values } = parseArgs({
  options: {
    frameworks: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    fresh: { type: 'boolean', default: false },
    /** Cells whose id holds the text. */
    only: { type: 'string' },
    /** A look at whether it runs: what it finds is kept nowhere. */
    short: { type: 'boolean', default: false },
  },
});
const part = values.frameworks ? 'frameworks' : 'curves';
const WARM_UP_REQUESTS = values.short ? 500 : 20_000;
/** For a load that differs from that of the warm-up. */
const ANEW_REQUESTS = values.short ? 100 : 3000;
const SIZES = values.short
  ? { settlingRequests: 100, requests: 300, count: 2 }
  : { settlingRequests: 1000, requests: 2000, count: 6 };
const endsMs = performance.now() + Number(values.minutes) * 60_000;

const results: CurveResults =
  existsSync(CURVE_RESULTS) && !values.short
    ? (JSON.parse(readFileSync(CURVE_RESULTS, 'utf8')) as CurveResults)
    : { parts: {}, rounds: {} };
const rounds: Record<string, Round[]> = Object.fromEntries(
  Object.entries(results.rounds).map(([id, of]) => [id, [...of]]),
);
const chosen = cells.filter(({ id, part: of }) => of === part && id.includes(values.only ?? ''));
const before = results.parts[part]?.machine;
/** Rounds of two machines do not belong together. */
const isElsewhere = before !== undefined && before !== machine();
if (values.fresh || isElsewhere) {
  for (const { id, part: of } of cells)
    if (of === part && (isElsewhere || id.includes(values.only ?? ''))) delete rounds[id];
}

const round1 = (value: number): number => Math.round(value * 10) / 10;

function start(
  cell: Cell,
  variant: Variant,
  generator: { readonly collector: string },
): ReturnType<typeof startService> {
  return startService(variant, {
    collector: generator.collector,
    node: programOf(cell.node),
    program: 'framework-service.ts',
    env: {
      FRAMEWORK: cell.framework,
      ROUTES: String(cell.routes),
      ...(cell.samplingRatio < 1 && {
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: String(cell.samplingRatio),
      }),
    },
  });
}

/**
 * Which of two equal processes was started first makes a difference: each is the first in every other round.
 *
 * @returns undefined for an observer that has found nothing to observe: it costs nothing
 */
async function measure(
  cell: Cell,
  round: number,
  generator: Peer & { readonly collector: string },
): Promise<Round | undefined> {
  const isBareFirst = round % 2 === 0;
  const [first, second] = isBareFirst
    ? [variants.bare, observers[cell.observer]]
    : [observers[cell.observer], variants.bare];
  const started = [await start(cell, first, generator)];
  try {
    started.push(await start(cell, second, generator));
    const [bare, own] = (isBareFirst ? started : started.toReversed()) as [
      (typeof started)[number],
      (typeof started)[number],
    ];
    const usualLoad = cell.loads['usual'] as Load;
    const warmUp = { settlingRequests: 0, requests: WARM_UP_REQUESTS };
    await slice(generator, bare, usualLoad, warmUp);
    const { exportedBytes } = await slice(generator, own, usualLoad, warmUp);
    if (exportedBytes === 0 && cell.samplingRatio === 1 && !values.short) return undefined;
    const measured: Record<string, Round[string]> = {};
    for (const [name, load] of Object.entries(cell.loads)) {
      if (name !== 'usual') {
        for (const service of started)
          await slice(generator, service, load, { settlingRequests: 0, requests: ANEW_REQUESTS });
      }
      const all = await sandwiches(generator, { own, bare }, load, SIZES);
      const calm = calmOf(all).map(compared);
      measured[name] = {
        slices: all.length,
        addedUs: calm.map(({ addedUs }) => round1(addedUs)),
        bareUs: calm.map(({ bareUs }) => round1(bareUs)),
        throughputRatios: calm.map(({ throughputRatio }) => Math.round(throughputRatio * 1000) / 1000),
      };
    }
    return measured;
  } finally {
    for (const service of started) await service.stop();
  }
}

/** After each cell, so that nothing is lost when the run is cut short. */
function written(): CurveResults {
  const now = { machine: machine(), measuredAt: new Date().toISOString().slice(0, 10) };
  const file: CurveResults = { parts: { ...results.parts, [part]: now }, rounds };
  if (!values.short) {
    writeFileSync(CURVE_RESULTS, `${JSON.stringify(file, null, 1)}\n`);
    if (part === 'curves') writeFileSync(CURVE_PLOT, curvePlot(file));
  }
  return file;
}

const generator = await startGenerator();
try {
  while (chosen.length > 0 && performance.now() < endsMs) {
    const [cell] = chosen.toSorted(
      (one, other) => (rounds[one.id]?.length ?? 0) - (rounds[other.id]?.length ?? 0),
    ) as [Cell];
    const own = (rounds[cell.id] ??= []);
    if (values.short && own.length > 0) break;
    if (!existsSync(programOf(cell.node))) {
      process.stderr.write(`${cell.id}: there is no Node.js ${cell.node}\n`);
      chosen.splice(chosen.indexOf(cell), 1);
      continue;
    }
    const beganMs = performance.now();
    const measured = await measure(cell, own.length, generator);
    if (measured === undefined) {
      process.stderr.write(`${cell.id}: ${WARM_UP_REQUESTS} requests, and nothing was exported\n`);
      chosen.splice(chosen.indexOf(cell), 1);
      continue;
    }
    own.push(measured);
    written();
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
    const told = Object.entries(measured).map(([name, { addedUs }]) => `${name}: ${addedUs.join(' ')}`);
    process.stderr.write(`${cell.id}, round ${own.length}, ${seconds} s; µs added: ${told.join('; ')}\n`);
  }
} finally {
  await generator.stop();
}
const file = written();
print(part === 'curves' ? curveTables(file) : frameworkTable(file));
