import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../../api/fake-server.fixture.ts';
import { readDashboard } from '../model/dashboard.ts';
import { askAnnotation } from './ask-annotation.ts';

/** Answers are kept for a while, by their questions. */
let number = 0;

function ask(raw: object, range = { startMs: 1_000_000, endMs: 1_060_000 }) {
  const [annotation] = readDashboard({
    panels: [],
    annotations: { list: [{ name: 'Deploys', ...raw }] },
  }).annotations;
  if (annotation === undefined) throw new Error('no annotation');
  return askAnnotation({ annotation, expr: `x + ${number}` }, range, new AbortController().signal);
}

beforeEach(() => {
  number++;
  fakeWindow();
});
afterEach(() => vi.unstubAllGlobals());

describe('askAnnotation', () => {
  const prometheus = { datasource: { type: 'prometheus' } };
  const answer = {
    data: { resultType: 'matrix', result: [{ metric: { job: 'shop' }, values: [[1020, '1']] }] },
  };

  it.each([
    [{}, 'Deploys', 'var(--info)'],
    [{ titleFormat: '{{job}}', textFormat: 'of {{job}}', iconColor: 'red' }, 'shop · of shop', 'var(--bad)'],
    [{ iconColor: 'no colour' }, 'Deploys', 'var(--info)'],
  ])('marks what a query of Prometheus finds, told by %j as "%s"', async (raw, title, colour) => {
    fakeServer(() => answer);
    expect(await ask({ ...prometheus, ...raw })).toMatchObject([{ title, colour, startMs: 1_020_000 }]);
  });

  it('asks as wide as it is said, and no finer than a few hundred points', async () => {
    const server = fakeServer(() => answer);
    await ask({ ...prometheus, step: '10s' });
    await ask({ ...prometheus, step: '10s' }, { startMs: 0, endMs: 86_400_000 });
    expect(server.asked.map(({ params }) => params.get('step'))).toEqual(['10', '173']);
  });

  it('marks lines of Loki with their beginning', async () => {
    fakeServer(() => ({
      data: { result: [{ stream: { job: 'shop' }, values: [['1020000000000', 'x'.repeat(200)]] }] },
    }));
    const loki = { datasource: { type: 'loki' } };
    expect(await ask({ ...loki, titleFormat: '{{job}}' })).toEqual([
      { startMs: 1_020_000, endMs: 1_020_000, title: `shop: ${'x'.repeat(120)}`, colour: 'var(--info)' },
    ]);
    number++;
    expect(await ask(loki)).toMatchObject([{ title: `Deploys: ${'x'.repeat(120)}` }]);
  });

  it('marks nothing of any other source', async () => {
    expect(await ask({ datasource: { type: 'grafana' } })).toEqual([]);
  });
});
