import type { SightlineError } from '@sightline/errors';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetrics, type Metrics } from './create-metrics.ts';
import type { FamilyDefinition, FamilySnapshot, SeriesSnapshot } from './family.ts';
import { type ParsedFamily, parsePage, readBody } from './page-parser.fixture.ts';

let problems: SightlineError[];
let metrics: Metrics;

beforeEach(() => {
  problems = [];
  metrics = createMetrics({ strict: false, onProblem: (problem) => problems.push(problem) });
});
afterEach(() => void vi.useRealTimers());

function definition(part: Partial<FamilyDefinition> = {}): FamilyDefinition {
  return { name: 'jobs', type: 'gauge', unit: '', help: 'Jobs.', labels: ['a'], seriesBound: 10, ...part };
}

function source(part: Partial<FamilyDefinition>, ...series: SeriesSnapshot[]): FamilySnapshot {
  return { definition: definition(part), series };
}

async function families(from = metrics): Promise<ReadonlyMap<string, ParsedFamily>> {
  return parsePage(await readBody(from.page('application/openmetrics-text').body), 'openmetrics');
}

async function values(family: string): Promise<unknown[]> {
  const found = (await families()).get(family)?.samples ?? [];
  return found.map(({ labels, value }) => [Object.fromEntries(labels), value]);
}

describe('createMetrics', () => {
  it('says which versions run, and how long a scrape took', async () => {
    metrics = createMetrics({ serviceVersion: '1.2.3', revision: 'abc' });
    expect((await families()).get('sightline_scrape_duration_seconds')?.samples.at(-1)?.value).toBe(0);
    const page = await families();
    expect(page.get('sightline_scrape_duration_seconds')?.samples.at(-1)?.value).toBe(1);
    const [info] = page.get('sightline_build')?.samples ?? [];
    expect(Object.fromEntries(info?.labels ?? [])).toMatchObject({
      service_version: '1.2.3',
      revision: 'abc',
    });
    expect(info?.labels.get('version')).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('answers in the format that was asked for', async () => {
    expect(metrics.page().contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const openMetrics = metrics.page('application/openmetrics-text; version=1.0.0');
    expect(openMetrics.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    parsePage(await readBody(openMetrics.body), 'openmetrics');
    parsePage(await readBody(metrics.page().body), 'text');
  });

  it('falls back to the defaults on wrong options, and refuses them in strict mode', () => {
    const wrong = { exemplars: 'yes', seriesBounds: { jobs: -1 } } as unknown as { exemplars: boolean };
    const told = createMetrics({ ...wrong, strict: false, onProblem: (problem) => problems.push(problem) });
    expect(told.problems.map(({ code }) => code)).toEqual(['SIGHTLINE_OPTIONS']);
    expect(problems).toEqual(told.problems);
    expect(() => createMetrics({ ...wrong, strict: true })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });

  it('survives whoever is told of problems and throws', () => {
    metrics = createMetrics({
      strict: false,
      onProblem: () => {
        throw new Error('no');
      },
    });
    metrics.gauge('WRONG', { help: '', unit: '{x}' }).set(1);
    expect(metrics.problems).toHaveLength(1);
  });

  it('calls no callback and asks no source after close', async () => {
    const asked = vi.fn<() => FamilySnapshot[]>(() => []);
    metrics.addSource(asked);
    metrics.registry.onCollect(asked as () => void);
    metrics.close();
    await families();
    expect(asked).not.toHaveBeenCalled();
  });

  it('has at once what is counted, with the last values of callbacks, for the end of the process', async () => {
    const depth = metrics.registry.gauge(definition({ name: 'queue_depth', labels: [] })).series([]);
    let deep = 3;
    metrics.registry.onCollect(() => depth.set(deep));
    const now = (name: string): unknown =>
      metrics.snapshotNow().find((each) => each.definition.name === name)?.series;
    await metrics.snapshot();
    deep = 4;
    expect(now('queue_depth')).toMatchObject([{ labelValues: [], value: 3 }]);
    await metrics.snapshot();
    expect(now('queue_depth')).toMatchObject([{ labelValues: [], value: 4 }]);
  });
});

describe('addSource', () => {
  it('puts the families of a source beside the own ones, and takes them off again', async () => {
    const remove = metrics.addSource(() => [source({}, { labelValues: ['x'], value: 3 })]);
    expect(await values('jobs')).toEqual([[{ a: 'x' }, 3]]);
    expect((await metrics.snapshot()).find((each) => each.definition.name === 'jobs')?.series).toEqual([
      { labelValues: ['x'], value: 3 },
    ]);
    remove();
    expect(await values('jobs')).toEqual([]);
  });

  it('merges a family of the same name: new label sets are added, equal ones stay as they are', async () => {
    const own = metrics.registry.gauge(definition({ labels: ['a', 'b'] }));
    own.series(['x', undefined]).set(1);
    own.series(['x', 'y']).set(2);
    metrics.addSource(async () => [
      source(
        { labels: ['b', 'a', 'c'] },
        { labelValues: [undefined, 'x', ''], value: 10 },
        { labelValues: ['y', 'x', undefined], value: 20 },
        { labelValues: ['y', 'x', 'z'], value: 30 },
        { labelValues: ['y', 'x', 'z'], value: 40 },
        { labelValues: [undefined, undefined, undefined], overflow: true, value: 50 },
      ),
    ]);
    expect(await values('jobs')).toEqual([
      [{ a: 'x' }, 1],
      [{ a: 'x', b: 'y' }, 2],
      [{ b: 'y', a: 'x', c: 'z' }, 30],
      [{ otel_metric_overflow: 'true' }, 50],
    ]);
    const merged = (await metrics.snapshot()).find((each) => each.definition.name === 'jobs');
    expect(merged?.definition.labels).toEqual(['a', 'b', 'c']);
    expect(merged?.series.map(({ labelValues }) => labelValues)).toEqual([
      ['x', undefined, undefined],
      ['x', 'y', undefined],
      ['x', 'y', 'z'],
      [undefined, undefined, undefined],
    ]);
    expect(problems).toEqual([]);
  });

  it('merges a gauge of 1 into an info, as which prom-client has the version of Node.js', async () => {
    metrics.registry
      .gauge(definition({ name: 'build_info', type: 'info' }))
      .series(['x'])
      .set(1);
    metrics.addSource(() => [
      source({ name: 'build_info' }, { labelValues: ['x'], value: 1 }, { labelValues: ['y'], value: 1 }),
    ]);
    expect((await families()).get('build')?.samples.map(({ value }) => value)).toEqual([1, 1]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['a gauge for an info', source({ name: 'build_info' }, { labelValues: ['x'], value: 2 })],
    ['another type', source({ type: 'unknown' }, { labelValues: ['x'], value: 1 })],
    ['a name that a part of another has', source({ name: 'waits_count' }, { labelValues: ['x'], value: 1 })],
    [
      'other boundaries',
      source(
        { name: 'waits', type: 'histogram', boundaries: [2] },
        { labelValues: ['x'], histogram: { counts: [1, 0], sum: 1 } },
      ),
    ],
    ['boundaries that fall', source({ name: 'h', type: 'histogram', boundaries: [2, 1] })],
    ['a name with a dot', source({ name: 'a.b' }, { labelValues: ['x'], value: 1 })],
    ['a label with a dash', source({ name: 'dash', labels: ['a-b'] }, { labelValues: ['x'], value: 1 })],
    ['a label twice', source({ name: 'twice', labels: ['a', 'a'] }, { labelValues: ['x', 'y'], value: 1 })],
    ['le as a label of a histogram', source({ name: 'h', type: 'histogram', labels: ['le'] })],
    ['a value that is text', source({ name: 'text' }, { labelValues: ['x'], value: ' \nup' as never })],
    ['a value that is a bigint', source({ name: 'big' }, { labelValues: ['x'], value: 1n as never })],
    ['no counts', source({ name: 'h', type: 'histogram' }, { labelValues: ['x'], histogram: {} as never })],
    [
      'a count that is text',
      source(
        { name: 'h', type: 'histogram' },
        { labelValues: ['x'], histogram: { counts: ['1' as never], sum: 1 } },
      ),
    ],
    [
      'an exemplar without a trace',
      source({ name: 'e' }, { labelValues: ['x'], value: 1, exemplar: {} as never }),
    ],
    [
      'an exemplar that is null',
      source(
        { name: 'h', type: 'histogram' },
        { labelValues: ['x'], histogram: { counts: [1], sum: 1, exemplars: [null as never] } },
      ),
    ],
    ['no quantiles', source({ name: 's', type: 'summary' }, { labelValues: ['x'], summary: {} as never })],
    ['no series', { definition: definition({ name: 'n' }) } as FamilySnapshot],
    ['no definition', { series: [] } as unknown as FamilySnapshot],
    ['null', null as unknown as FamilySnapshot],
  ])('leaves out with one warning what would make the page invalid: %s', async (_what, family) => {
    metrics.registry.gauge(definition()).series(['own']).set(1);
    metrics.registry
      .histogram(definition({ name: 'waits', type: 'histogram', boundaries: [1] }))
      .series(['own']);
    metrics.registry
      .gauge(definition({ name: 'build_info', type: 'info' }))
      .series(['own'])
      .set(1);
    const before = [...(await families()).keys()];
    metrics.addSource(() => [family]);
    expect([...(await families()).keys()]).toEqual(before);
    await families();
    expect(await values('jobs')).toEqual([[{ a: 'own' }, 1]]);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_METRIC_SOURCE']);
  });

  it('takes nothing from a family without series, which may not know its boundaries yet', async () => {
    const waits = { name: 'waits', type: 'histogram' } as const;
    metrics.addSource(() => [
      source(waits),
      source({ ...waits, boundaries: [1] }, { labelValues: ['x'], histogram: { counts: [1, 0], sum: 1 } }),
    ]);
    expect(await values('waits')).toContainEqual([{ a: 'x', le: '1.0' }, 1]);
    expect(
      (await metrics.snapshot()).find((each) => each.definition.name === 'waits')?.definition,
    ).toMatchObject({
      boundaries: [1],
    });
    expect(problems).toEqual([]);
  });

  it('has a counter and a gauge of another registry that only OpenMetrics takes for one', async () => {
    metrics.addSource(() => [
      source({ name: 'sockets' }, { labelValues: ['x'], value: 3 }),
      source({ name: 'sockets_total', type: 'counter' }, { labelValues: ['x'], value: 7 }),
    ]);
    expect(await values('sockets')).toEqual([[{ a: 'x' }, 3]]);
    expect(await values('sockets_total')).toEqual([[{ a: 'x' }, 7]]);
    expect(problems).toEqual([]);
  });

  it('makes a valid page of whatever label values a source has', async () => {
    const value = fc.option(
      fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', '\r', '\u0000', '\ud800') }),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value), { maxLength: 8 }), async (rows) => {
        const quiet = createMetrics({ onProblem: () => {} });
        const series = rows.map((labelValues, at) => ({ labelValues, value: at }));
        quiet.registry
          .gauge(definition({ labels: ['a', 'b'] }))
          .series(['a', 'a'])
          .set(1);
        quiet.addSource(() => [
          source({ labels: ['b', 'a'] }, ...series),
          source({ name: 'other', labels: ['a', 'b'] }, ...series),
        ]);
        expect((await families(quiet)).has('jobs')).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('makes a valid page of units, helps and counters that are none', async () => {
    metrics.addSource(() => [
      source({ name: 'no_unit', unit: undefined as never }, { labelValues: ['x'], value: 1 }),
      source({ name: 'help', help: 'a\tb\0c\u007f\r\n"\\' }, { labelValues: ['x'], value: 1 }),
      source(
        { name: 'down_total', type: 'counter' },
        { labelValues: ['x'], value: -1 },
        { labelValues: ['y'], value: NaN },
        {
          labelValues: ['z'],
          value: 3,
          exemplar: { traceId: 'a\0"\n\ud800', spanId: '\r', value: 1, timeMs: 1 },
        },
      ),
    ]);
    const page = await families();
    expect([...page.keys()]).toEqual(expect.arrayContaining(['no_unit', 'help']));
    expect(page.get('help')?.help).toBe(String.raw`a b c  \n\"\\`);
    expect(page.get('down')?.samples.map(({ value }) => value)).toEqual([3]);
    parsePage(await readBody(metrics.page().body), 'text');
    expect(problems).toEqual([]);
  });

  it('goes on without a source that fails, hangs or gives no list, and tells of it once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hanging = vi.fn<() => Promise<never>>(() => new Promise(() => {}));
    metrics.addSource(async () => Promise.reject(new Error('broken')));
    metrics.addSource(() => {
      throw new Error('broken');
    });
    metrics.addSource(() => 'no list' as unknown as FamilySnapshot[]);
    metrics.addSource(hanging);
    metrics.addSource(() => [source({}, { labelValues: ['x'], value: 3 })]);
    const page = values('jobs');
    await vi.advanceTimersByTimeAsync(2000);
    expect(await page).toEqual([[{ a: 'x' }, 3]]);
    expect(await values('jobs')).toEqual([[{ a: 'x' }, 3]]);
    expect(hanging).toHaveBeenCalledTimes(1);
    expect(problems.map(({ problem }) => problem)).toEqual([
      'a source of metrics is missing on a page: it failed',
      'a source of metrics is missing on a page: it gave no list',
      'a source of metrics is missing on a page: it has not answered within 2000 ms',
    ]);
  });

  it('waits for the whole page longer than for a source beside the registry, which the whole waits for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    metrics.addSource(() => new Promise(() => {}));
    const everything = async () => {
      await metrics.snapshot();
      await new Promise((resolve) => void setTimeout(resolve, 500));
      return [source({}, { labelValues: ['all'], value: 7 })];
    };
    metrics.addSource(everything, { place: 'whole' });
    const page = values('jobs');
    await vi.advanceTimersByTimeAsync(2500);
    expect(await page).toEqual([[{ a: 'all' }, 7]]);
  });

  it('asks a source again for a page that began while it was asked for another one, once for all that did', async () => {
    for (const place of ['beside', 'whole'] as const) {
      const answers: PromiseWithResolvers<FamilySnapshot[]>[] = [];
      metrics = createMetrics();
      metrics.addSource(
        () => {
          const answer = Promise.withResolvers<FamilySnapshot[]>();
          answers.push(answer);
          return answer.promise;
        },
        { place },
      );
      const answerWith = async (value: number): Promise<void> => {
        // oxlint-disable-next-line no-loop-func -- of this place
        const answer = await vi.waitFor(() => {
          const [first] = answers.splice(0, 1);
          if (first === undefined) throw new Error('it is not asked yet');
          return first;
        }, 20_000);
        answer.resolve([source({}, { labelValues: ['x'], value })]);
      };
      const pages = [values('jobs'), values('jobs'), values('jobs')];
      /* oxlint-disable no-await-in-loop -- a place each */
      await answerWith(1);
      expect(await pages[0]).toEqual([[{ a: 'x' }, 1]]);
      await answerWith(2);
      expect(await Promise.all(pages.slice(1))).toEqual([[[{ a: 'x' }, 2]], [[{ a: 'x' }, 2]]]);
      /* oxlint-enable no-await-in-loop */
    }
  });

  it('takes a whole source for the page in place of its own, which stay in the snapshot', async () => {
    metrics.registry.gauge(definition()).series(['x']).set(1);
    const whole = async () => {
      const own = await metrics.snapshot();
      const jobs = own.find((family) => family.definition.name === 'jobs');
      return jobs ? [{ ...jobs, series: [{ labelValues: ['x'], value: 2 }] }] : [];
    };
    const remove = metrics.addSource(whole, { place: 'whole' });
    expect(await values('jobs')).toEqual([[{ a: 'x' }, 2]]);
    const snapshot = await metrics.snapshot();
    expect(snapshot.find((each) => each.definition.name === 'jobs')?.series[0]?.value).toBe(1);
    remove();
    metrics.addSource(() => Promise.reject(new Error('broken')), { place: 'whole' });
    expect(await values('jobs')).toEqual([[{ a: 'x' }, 1]]);
  });

  it('leaves out the own counters, which are few of all, where a whole source fails that has answered before', async () => {
    const done = { name: 'done_total', type: 'counter', labels: [] } as const;
    metrics.registry.counter(definition(done)).series([]).add(1);
    metrics.registry.gauge(definition()).series(['x']).set(1);
    metrics.addSource(() => [
      source({ ...done, name: 'more_total' }, { labelValues: [], value: 5 }),
      source({ name: 'depth', labels: [] }, { labelValues: [], value: 6 }),
    ]);
    let answer: (() => FamilySnapshot[]) | undefined;
    const whole = () => answer!();
    const remove = metrics.addSource(whole, { place: 'whole' });
    expect(await values('done')).toEqual([[{}, 1]]);
    answer = () => [source(done, { labelValues: [], value: 100 })];
    expect(await values('done')).toEqual([[{}, 100]]);
    answer = undefined;
    const page = await families();
    expect(['done', 'more', 'jobs', 'depth'].filter((name) => page.has(name))).toEqual(['jobs', 'depth']);
    remove();
    expect(await values('done')).toEqual([[{}, 1]]);
  });
});
