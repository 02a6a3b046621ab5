import { describe, expect, it } from 'vitest';
import { type ParsedExemplar } from './parse-exemplar.ts';
import { ExpositionError, parseExposition } from './parse-exposition.ts';
import { parseSeries } from './parse-series.ts';

interface Read {
  readonly samples: {
    series: string;
    value: number;
    timeMs: number | undefined;
    exemplar: ParsedExemplar | undefined;
  }[];
  readonly metadata: Record<string, Record<string, string>>;
}

function read(page: string, isOpenMetrics = false): Read {
  const result: Read = { samples: [], metadata: {} };
  parseExposition(page, isOpenMetrics, {
    sample: (series, value, timeMs, exemplar) => result.samples.push({ series, value, timeMs, exemplar }),
    metadata: (name, metadata) => {
      result.metadata[name] = { ...result.metadata[name], ...metadata };
    },
  });
  return result;
}

describe('parseExposition', () => {
  it('reads samples with and without labels and times', () => {
    const { samples } = read(
      'up 1\nrequests_total{route="/a b",code="200"} 3 1790000000123\n\nload  +Inf\r\n',
    );
    expect(samples).toEqual([
      { series: 'up', value: 1, timeMs: undefined, exemplar: undefined },
      {
        series: 'requests_total{route="/a b",code="200"}',
        value: 3,
        timeMs: 1_790_000_000_123,
        exemplar: undefined,
      },
      { series: 'load', value: Infinity, timeMs: undefined, exemplar: undefined },
    ]);
  });

  it('is not misled by braces, hashes and quotes in values of labels', () => {
    const { samples } = read(String.raw`x{a="} # {",b="\"}\\",c="\n"} 2`);
    expect(samples).toMatchObject([{ value: 2, exemplar: undefined }]);
    expect(parseSeries(samples[0]?.series ?? '')).toEqual({ __name__: 'x', a: '} # {', b: '"}\\', c: '\n' });
  });

  it('keeps a backslash that escapes nothing, as Prometheus does', () => {
    const { samples } = read(String.raw`x{path="C:\dir\new",re="\d+\.\\"} 1`);
    expect(parseSeries(samples[0]?.series ?? '')).toEqual({
      __name__: 'x',
      path: 'C:\\dir\new',
      re: '\\d+\\.\\',
    });
  });

  it('reads labels whose names are those of what every object has', () => {
    const labels = parseSeries('x{constructor="a",__proto__="b"}') ?? {};
    expect(Object.entries(labels)).toEqual([
      ['__name__', 'x'],
      ['constructor', 'a'],
      ['__proto__', 'b'],
    ]);
  });

  it('reads help, type and unit', () => {
    const page =
      '# HELP a_seconds How\\nlong.\n# TYPE a_seconds histogram\n# UNIT a_seconds seconds\n# a comment\n';
    expect(read(page).metadata).toEqual({
      a_seconds: { help: 'How\nlong.', type: 'histogram', unit: 'seconds' },
    });
  });

  it('reads exemplars, and times in seconds, of OpenMetrics', () => {
    const page =
      'h_bucket{le="0.1"} 8 1790000000.5 # {trace_id="abc",span_id="de"} 0.067 1790000000.25\nh_count 8 # {} 1\n# EOF\n';
    expect(read(page, true).samples).toEqual([
      {
        series: 'h_bucket{le="0.1"}',
        value: 8,
        timeMs: 1_790_000_000_500,
        exemplar: { labels: { trace_id: 'abc', span_id: 'de' }, value: 0.067, timeMs: 1_790_000_000_250 },
      },
      {
        series: 'h_count',
        value: 8,
        timeMs: undefined,
        exemplar: { labels: {}, value: 1, timeMs: undefined },
      },
    ]);
  });

  it.each([
    ['a 1\n', 'data does not end with # EOF'],
    ['', 'data does not end with # EOF'],
    ['a 1\n# EOFF\n', 'data does not end with # EOF'],
    ['a 1\n# EOF\nb 1\n', 'unexpected data after # EOF'],
  ])('does not take %j of OpenMetrics for whole', (page, problem) => {
    expect(() => read(page, true)).toThrow(new ExpositionError(problem));
  });

  it('reads on behind # EOF where the page is no OpenMetrics, and nothing more is needed at its end', () => {
    expect(read('a 1\n# EOF\nb 2').samples.map(({ series }) => series)).toEqual(['a', 'b']);
    expect(read('a 1\n# EOF', true).samples).toHaveLength(1);
  });

  it('reads names in quotes', () => {
    expect(parseSeries('{"my.metric",a="b"}')).toEqual({ __name__: 'my.metric', a: 'b' });
  });

  it.each(['no value', '{', 'x{a="b} 1', 'x 1 2 3', 'x{a} y'])('refuses %j with its line', (line) => {
    expect(() => read(`up 1\n${line}\n`)).toThrow(ExpositionError);
    expect(() => read(`up 1\n${line}\n`)).toThrow(/^line 2: expected a sample/);
  });
});
