/* oxlint-disable no-await-in-loop -- one page after the other */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetrics } from './create-metrics.ts';
import { renderPage } from './exposition.ts';
import type { FamilyDefinition, FamilySnapshot, SeriesSnapshot } from './family.ts';
import { labelValue } from './label-value.ts';
import { boundText, numberText } from './number-text.ts';
import { pageFamily } from './page-family.ts';
import { parsePage, readBody } from './page-parser.fixture.ts';

function definition(part: Partial<FamilyDefinition> = {}): FamilyDefinition {
  return { name: 'jobs', type: 'gauge', unit: '{job}', help: 'Jobs.', labels: [], seriesBound: 10, ...part };
}

async function rendered(
  families: readonly FamilySnapshot[],
  format: 'text' | 'openmetrics',
): Promise<string> {
  return readBody(renderPage(families.map(pageFamily), format));
}

const everyType: readonly FamilySnapshot[] = [
  {
    definition: definition({ name: 'jobs_done_seconds_total', type: 'counter', unit: 's', labels: ['kind'] }),
    series: [
      { labelValues: ['a'], value: 3, exemplar: { traceId: 'ab', spanId: 'cd', value: 2, timeMs: 1500 } },
      { labelValues: [undefined], overflow: true, value: 1 },
    ],
  },
  { definition: definition({ name: 'jobs_queued' }), series: [{ labelValues: [], value: -2.5 }] },
  {
    definition: definition({
      name: 'jobs_duration_seconds',
      type: 'histogram',
      unit: 's',
      boundaries: [0.5, 1],
    }),
    series: [
      {
        labelValues: [],
        histogram: {
          counts: [2, 0, 1],
          sum: 3.5,
          exemplars: [undefined, undefined, { traceId: 'ab', spanId: 'cd', value: 3, timeMs: 2000 }],
        },
      },
    ],
  },
  {
    definition: definition({ name: 'jobs_wait', type: 'summary' }),
    series: [{ labelValues: [], summary: { quantiles: { '0.5': 1, '1': 2 }, sum: 3, count: 2 } }],
  },
  {
    definition: definition({ name: 'jobs_build_info', type: 'info', labels: ['version'] }),
    series: [{ labelValues: ['1.2'], value: 1 }],
  },
  {
    definition: definition({ name: 'jobs_odd', type: 'unknown' }),
    series: [{ labelValues: [], value: NaN }],
  },
];

describe('a series or a family of which something is missing', () => {
  it('is NaN without a value, has no lines without its parts, and no type that its name does not bear', async () => {
    const families: readonly FamilySnapshot[] = [
      { definition: definition({ name: 'a' }), series: [{ labelValues: [] }] },
      { definition: definition({ name: 'b', type: 'histogram' }), series: [{ labelValues: [] }] },
      { definition: definition({ name: 'c', type: 'summary' }), series: [{ labelValues: [] }] },
      {
        definition: definition({ name: 'd', type: 'info', unit: '' }),
        series: [{ labelValues: [], value: 1 }],
      },
    ];
    const lines = (await rendered(families, 'openmetrics'))
      .split('\n')
      .filter((line) => !/^# (?:HELP|UNIT)/.test(line));
    expect(lines).toEqual([
      '# TYPE a gauge',
      'a NaN',
      '# TYPE b histogram',
      '# TYPE c summary',
      '# TYPE d gauge',
      'd 1',
      '# EOF',
      '',
    ]);
  });
});

describe('the lines of a family', () => {
  it('have no type in OpenMetrics for a counter without its ending, and have it in the text format', async () => {
    const counter: FamilySnapshot = {
      definition: definition({ name: 'done', type: 'counter', unit: '' }),
      series: [{ labelValues: [], value: 1 }],
    };
    expect(await rendered([counter], 'openmetrics')).toContain('# TYPE done unknown\n');
    expect(await rendered([counter], 'text')).toContain('# TYPE done counter\n');
  });

  it('have the labels of a summary before its quantile', async () => {
    const summary = { quantiles: { 0.5: 3 }, sum: 7, count: 2 };
    const family: FamilySnapshot = {
      definition: definition({ name: 'w', type: 'summary', unit: '', labels: ['a'] }),
      series: [{ labelValues: ['b'], summary }],
    };
    expect(await rendered([family], 'text')).toContain(
      'w{a="b",quantile="0.5"} 3\nw_sum{a="b"} 7\nw_count{a="b"} 2\n',
    );
  });
});

describe('renderPage', () => {
  it('writes every type as OpenMetrics wants it', async () => {
    expect(await rendered(everyType, 'openmetrics')).toBe(`# HELP jobs_done_seconds Jobs.
# TYPE jobs_done_seconds counter
# UNIT jobs_done_seconds seconds
jobs_done_seconds_total{kind="a"} 3 # {trace_id="ab",span_id="cd"} 2 1.500
jobs_done_seconds_total{otel_metric_overflow="true"} 1
# HELP jobs_queued Jobs.
# TYPE jobs_queued gauge
jobs_queued -2.5
# HELP jobs_duration_seconds Jobs.
# TYPE jobs_duration_seconds histogram
# UNIT jobs_duration_seconds seconds
jobs_duration_seconds_bucket{le="0.5"} 2
jobs_duration_seconds_bucket{le="1.0"} 2
jobs_duration_seconds_bucket{le="+Inf"} 3 # {trace_id="ab",span_id="cd"} 3 2.000
jobs_duration_seconds_sum 3.5
jobs_duration_seconds_count 3
# HELP jobs_wait Jobs.
# TYPE jobs_wait summary
jobs_wait{quantile="0.5"} 1
jobs_wait{quantile="1.0"} 2
jobs_wait_sum 3
jobs_wait_count 2
# HELP jobs_build Jobs.
# TYPE jobs_build info
jobs_build_info{version="1.2"} 1
# HELP jobs_odd Jobs.
# TYPE jobs_odd unknown
jobs_odd NaN
# EOF
`);
  });

  it('writes the text format without exemplars and units, info as a gauge and unknown as untyped', async () => {
    const page = await rendered(everyType, 'text');
    const families = parsePage(page, 'text');
    expect(Array.from(families.values(), ({ name, type }) => `${name} ${type}`)).toEqual([
      'jobs_done_seconds_total counter',
      'jobs_queued gauge',
      'jobs_duration_seconds histogram',
      'jobs_wait summary',
      'jobs_build_info gauge',
      'jobs_odd untyped',
    ]);
    expect(page).not.toMatch(/trace_id|UNIT|EOF/);
  });

  it('leaves sum and count of a histogram out of OpenMetrics when the sum can fall', async () => {
    const negative: FamilySnapshot = {
      definition: definition({ name: 'offsets', type: 'histogram', boundaries: [-1, 1] }),
      series: [{ labelValues: [], histogram: { counts: [1, 0, 0], sum: -3 } }],
    };
    expect(await rendered([negative], 'openmetrics')).not.toMatch(/_sum|_count/);
    expect(await rendered([negative], 'text')).toContain('offsets_sum -3\noffsets_count 1\n');
  });

  it('leaves an exemplar out whose ids are longer than OpenMetrics allows', async () => {
    const exemplar = { traceId: 'a'.repeat(100), spanId: 'b'.repeat(16), value: 1, timeMs: 0 };
    const series = [{ labelValues: [], value: 1, exemplar }];
    const family = { definition: definition({ name: 'jobs_total', type: 'counter' }), series } as const;
    expect(await rendered([family], 'openmetrics')).toContain('jobs_total 1\n');
  });

  it('keeps the count of a histogram equal to its last bucket while it is observed between slices', async () => {
    const { registry, page } = createMetrics();
    const family = registry.histogram(
      definition({ name: 'h', type: 'histogram', labels: ['n'], seriesBound: 5000, boundaries: [1, 2] }),
    );
    const all = Array.from({ length: 2000 }, (_, n) => family.series([`${n}`]));
    let text = '';
    let parts = 0;
    for await (const part of page('application/openmetrics-text').body) {
      text += part;
      parts++;
      for (const series of all) series.observe(parts % 3);
      // A series that goes and comes back must not stand twice.
      family.remove([`${parts}`]);
      family.series([`${parts}`]);
    }
    expect(parts).toBeGreaterThan(2);
    expect(parsePage(text, 'openmetrics').get('h')?.samples).toHaveLength(2000 * 5);
  });

  it('takes any text for a label and any number for a value, and both come back', async () => {
    const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Infinity, -Infinity, NaN));
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', '\u0000', '\ud800', '}') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyText, anyText, anyNumber), { maxLength: 20 }), async (rows) => {
        const { registry, page } = createMetrics();
        const family = registry.gauge(definition({ labels: ['a', 'b'], seriesBound: 50 }));
        const expected = new Map<string, number>();
        for (const [a, b, value] of rows) {
          family.series([a, b]).set(value);
          expected.set(JSON.stringify([labelValue(a), labelValue(b)]), value);
        }
        for (const accept of ['application/openmetrics-text', undefined]) {
          const families = parsePage(await readBody(page(accept).body), accept ? 'openmetrics' : 'text');
          const found = families.get('jobs')?.samples ?? [];
          expect(
            new Map(
              found.map(({ labels, value }) => [
                JSON.stringify([labels.get('a') ?? '', labels.get('b') ?? '']),
                // There is one zero on a page.
                value,
              ]),
            ),
          ).toEqual(new Map([...expected].map(([key, value]) => [key, value + 0])));
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('takes whatever help there is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('\\', '"', '\n', '\r', 'a') }), async (help) => {
        const series: SeriesSnapshot[] = [{ labelValues: [], value: 1 }];
        const families = [{ definition: definition({ help }), series }];
        for (const format of ['openmetrics', 'text'] as const) {
          const [family] = parsePage(await rendered(families, format), format).values();
          const said = family?.help?.replaceAll(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
          expect(said).toBe(help.replaceAll('\r', ' '));
        }
      }),
    );
  });

  const program = 'promtool';
  const promtool = spawnSync(program, ['--version']).error === undefined;
  it.skipIf(!promtool)(`passes promtool${promtool ? '' : ', which is not on the PATH'}`, async () => {
    // Of what promtool 2.x reads, the text format; it finds fault with names that end in a foreign unit only.
    const { status, stderr } = spawnSync(program, ['check', 'metrics'], {
      input: await rendered(everyType.slice(0, 5), 'text'),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('boundText', () => {
  it.each([
    [0, '0.0'],
    [1, '1.0'],
    [-1, '-1.0'],
    [0.005, '0.005'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [2.5, '2.5'],
    [16_384, '16384.0'],
    [131_072, '131072.0'],
    [1_048_576, '1.048576e+06'],
    [1e6, '1e+06'],
    [1e21, '1e+21'],
    [1.5e-7, '1.5e-07'],
    [-0.00025, '-0.00025'],
    [Infinity, '+Inf'],
  ])('writes %d as Go does: %s', (value, text) => {
    expect(boundText(value)).toBe(text);
  });

  it('loses nothing of any number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(boundText(value))).toBe(value + 0);
      }),
    );
  });
});

describe('numberText', () => {
  it.each([
    [NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [3, '3'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
  ])('writes %d as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});
