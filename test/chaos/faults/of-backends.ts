import { setTimeout as pause } from 'node:timers/promises';
import type { BackendFault } from '../backend.ts';
import type { World } from '../world.ts';
import { type Fault, shippers } from './fault.ts';

const backendTitles: Readonly<Record<Exclude<BackendFault, 'none'>, string>> = {
  refused: 'nobody listens',
  hangs: 'takes requests, never answers',
  slow: 'answers after 5 s',
  'not-http': 'answers, but not in HTTP',
  garbage: '200 with noise in the body',
  'web-page': '200 with a web page, stores nothing',
  'cut-request': 'resets in the middle of the request',
  'cut-answer': 'stores, resets in the middle of the answer',
  'status-429': '429 with Retry-After: 1',
  'status-500': '500',
  'status-503': '503',
  full: 'full: 413 for more than 4 KiB of lines, or 16 KiB of spans',
  partial: 'refuses a third of each request',
};
const kinds = Object.keys(backendTitles) as (keyof typeof backendTitles)[];

function backendFault(backend: 'otlp' | 'loki', fault: keyof typeof backendTitles, spools = true): Fault {
  return {
    name: `${backend}${spools ? '' : '-memory'}-${fault}`,
    group: backend === 'otlp' ? 'OTLP' : spools ? 'Loki, with a spool' : 'Loki, without a spool',
    title: backendTitles[fault],
    on: backend === 'otlp' ? ['sightline', 'otel'] : spools ? ['sightline', 'pino-loki'] : ['sightline'],
    backend,
    spools,
    begin: (world) => world[backend].setFault(fault),
    end: (world) => world[backend].setFault('none'),
  };
}

const flapping = new WeakMap<World, AbortController>();
const FLAP_MS = 150;

const flaps: Fault = {
  name: 'both-flap',
  group: 'OTLP and Loki',
  title: 'go and come back every 150 ms',
  on: shippers,
  backend: 'both',
  begin(world) {
    const end = new AbortController();
    flapping.set(world, end);
    const flap = async (): Promise<void> => {
      for (let turn = 0; !end.signal.aborted; turn++) {
        const fault = turn % 2 === 0 ? 'refused' : 'none';
        // oxlint-disable-next-line no-await-in-loop -- in turn
        await Promise.all([world.otlp.setFault(fault), world.loki.setFault(fault)]);
        // oxlint-disable-next-line no-await-in-loop -- in turn
        await pause(FLAP_MS);
      }
    };
    const done = flap();
    end.signal.addEventListener('abort', () => void done);
  },
  async end(world) {
    flapping.get(world)?.abort();
    await pause(2 * FLAP_MS);
    await Promise.all([world.otlp.setFault('none'), world.loki.setFault('none')]);
  },
};

/** What the backends of traces and of lines do. */
export const backendFaults: readonly Fault[] = [
  ...kinds.map((fault) => backendFault('otlp', fault)),
  ...kinds.map((fault) => backendFault('loki', fault)),
  ...(['refused', 'hangs', 'status-503', 'full', 'partial'] as const).map((fault) =>
    backendFault('loki', fault, false),
  ),
  flaps,
];
