import { runbookFile } from '@sightline/alerts';
import { createPromqlEngine, durationMs } from '@sightline/query/promql';
import { describe, expect, it } from 'vitest';
import { queriesOf } from './alerts/follow-runbook.ts';
import { createReplay } from './alerts/replay.ts';
import { type TestFile, type UnitTest, prometheusGroups, readTests } from './alerts/rule-files.ts';

/** What a busy machine is given for the series of an SLO over hours [ms]. */
const PATIENCE_MS = 300_000;

/** The incident that the tests of an alert make up, at a time at which it fires. */
interface MadeUp {
  readonly alert: string;
  readonly service: string;
  readonly timeMs: number;
  readonly file: TestFile;
  readonly test: UnitTest;
}

function madeUpIncidents(): readonly MadeUp[] {
  const found = new Map<string, MadeUp>();
  for (const file of readTests()) {
    for (const test of file.tests) {
      for (const { eval_time: time, exp_samples: samples = [] } of test.promql_expr_test) {
        const firing = samples.find(({ labels }) => labels.includes('alertstate="firing"'))?.labels ?? '';
        const [, alert] = /\balertname="(\w+)"/.exec(firing) ?? [];
        const [, service = 'shop'] = /\bjob="([^"]*)"/.exec(firing) ?? [];
        if (alert === undefined || found.has(alert)) continue;
        found.set(alert, { alert, service, timeMs: durationMs(time) ?? 0, file, test });
      }
    }
  }
  return [...found.values()];
}

/** How many series each query of the runbook of an alert answers with. */
async function answers(
  { alert, service, timeMs, file, test }: MadeUp,
  recorded: boolean,
): Promise<readonly number[]> {
  const replay = createReplay({ ...file, tests: [test] });
  const [series] = recorded ? await replay.series() : replay.given();
  const engine = createPromqlEngine({ source: series!.source });
  const queries = queriesOf(runbookFile(alert).replace('.md', ''), 'promql', service);
  return Promise.all(
    queries.map(async (query) => {
      const result = await engine.instant(query, { timeMs });
      return result.type === 'vector' ? result.vector.length : 1;
    }),
  );
}

const madeUp = madeUpIncidents();

describe('the runbook of', () => {
  it.for(madeUp.map((each) => [each.alert, each] as const))(
    '%s shows something while it fires, and every query of it is answered or empty',
    { timeout: PATIENCE_MS },
    async ([_alert, incident]) => {
      const given = await answers(incident, false);
      expect(given.length).toBeGreaterThan(0);
      if (given.some((count) => count > 0)) return;
      const recorded = await answers(incident, true);
      expect(recorded.some((count) => count > 0)).toBe(true);
    },
  );

  it('every alert for Prometheus is followed', () => {
    const alerts = prometheusGroups().flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
    expect(new Set(madeUp.map(({ alert }) => alert))).toEqual(new Set(alerts));
  });
});
