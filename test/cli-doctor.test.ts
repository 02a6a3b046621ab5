/** `sightline doctor` on a real system: nothing on a healthy one, and every planted fault by its name. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { atPrometheus } from './cli-doctor/faults/at-prometheus.ts';
import { atTheOthers } from './cli-doctor/faults/at-the-others.ts';
import { inTheService } from './cli-doctor/faults/in-the-service.ts';
import { onTheWay } from './cli-doctor/faults/on-the-way.ts';
import { createKeeper } from './cli-doctor/keeper.ts';
import { RUN_MS, doctor } from './cli-doctor/run-doctor.ts';
import { type World, setting, startWorld } from './cli-doctor/world.ts';

// Each waits for what does not come; the more of them do so at the same time, the sooner all are through.
vi.setConfig({ maxConcurrency: 12 });

const START_MS = 300_000;
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';

const keeper = createKeeper();
let world: World;
let missing: string | undefined;

beforeAll(async () => {
  const started = await startWorld(keeper);
  if ('missing' in started) missing = started.missing;
  else world = started;
}, START_MS);
afterAll(() => keeper.endAll());

describe(`sightline doctor, ${setting}`, () => {
  it(
    'finds nothing on a healthy system, and every signal at every place',
    async ({ skip }) => {
      if (missing !== undefined) skip(missing);
      const told = await doctor(world, { options: { wait: '10s' } });
      expect(told).toMatchObject({ exitCode: 0, faults: [], stderr: '' });
      expect(told.notes.filter((code) => code !== 'trace-not-searchable')).toEqual([]);
      const { steps } = (JSON.parse(told.text) as { result: { steps: readonly Record<string, unknown>[] } })
        .result;
      expect(steps.filter(({ found }) => found !== true)).toEqual([]);
      expect(
        steps
          .map(({ signal, by, at, through }) => [signal, by, at, through].filter(Boolean).join(' '))
          .toSorted(),
      ).toEqual([
        'line app app',
        'line app grafana loki',
        'line app loki',
        'line doctor loki',
        'metric app app',
        'metric app grafana prometheus',
        'metric app prometheus',
        'trace app grafana tempo',
        'trace app otlp',
        'trace app tempo',
        'trace doctor tempo',
      ]);
    },
    RUN_MS,
  );
});

describe.concurrent.each([
  ['in the service', inTheService],
  ['on the way', onTheWay],
  ['at Prometheus', atPrometheus],
  ['at the others', atTheOthers],
] as const)('a fault that is planted %s', (_where, plants) => {
  it.for(plants)(
    'is found and named, alone: $fault',
    { timeout: RUN_MS },
    async ({ found, plant, long }, { skip }) => {
      if (missing !== undefined) skip(missing);
      if (long && !isLong) skip('it is planted with SIGHTLINE_LONG_TESTS=true');
      const told = await plant(world);
      expect(told.faults).toEqual(found);
      expect(told.exitCode).toBe(1);
    },
  );
});
