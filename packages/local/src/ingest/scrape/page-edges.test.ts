import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { getPage } from './get-page.ts';
import { createPageReader } from './page-reader.ts';
import { ExpositionError, parseExposition } from './parse-exposition.ts';
import { parseLabels, parseSeries, seriesEnd } from './parse-series.ts';
import { readTargetFile, targetsOf } from './read-targets.ts';
import { createScraper } from './scrape-target.ts';

const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  // oxlint-disable-next-line no-await-in-loop -- the last first, one after the other
  for (const each of undo.splice(0).toReversed()) await each();
});

function reader(own = {}) {
  const samples: unknown[][] = [];
  const metadata: Record<string, unknown> = {};
  return {
    samples,
    metadata,
    ...createPageReader(own, {
      sample: (...given) => samples.push(given.filter((each) => each !== undefined)),
      metadata: (name, each) => (metadata[name] = each),
    }),
  };
}

describe('createPageReader', () => {
  it('puts a label of the target on a series that has none of its name, whatever every object has', () => {
    const { take, samples } = reader({ constructor: 'ferrari' });
    take('a 1\n', false, 1);
    expect(samples).toEqual([[{ __name__: 'a', constructor: 'ferrari' }, 1, 1]]);
  });

  it('puts together what a page says of a metric, in whatever order, and knows no type that there is not', () => {
    const { take, metadata } = reader();
    take(
      '# HELP a first\n# TYPE a gauge\n# UNIT a seconds\n# TYPE b odd\n# TYPE "c d" counter\n# HELP e a\\nb\\\\c\n# HELP a again\n# SOMETHING else\n# EOF\n',
      true,
      1,
    );
    expect(metadata).toEqual({
      a: { type: 'gauge', help: 'again', unit: 'seconds' },
      b: { type: 'unknown', help: '', unit: '' },
      'c d': { type: 'counter', help: '', unit: '' },
      e: { type: 'unknown', help: 'a\nb\\c', unit: '' },
    });
  });

  it('spells bounds and quantiles as Prometheus 3 does, of histograms and summaries alone', () => {
    const shown = (page: string): unknown[] => {
      const { take, samples } = reader();
      take(page, false, 1);
      return samples.map(([labels]) => {
        const { le, quantile } = labels as Record<string, string>;
        return le ?? quantile;
      });
    };
    const bounds = ['1', '0', '0.5', '1e3', '1000000', '0.00005', '-2', '+Inf', 'inf', 'odd', '1.50'];
    const lines = bounds.map((bound) => `a_bucket{le="${bound}"} 1\n`).join('');
    expect(shown(`# TYPE a histogram\n${lines}`)).toEqual([
      '1.0',
      '0.0',
      '0.5',
      '1000.0',
      '1e+06',
      '5e-05',
      '-2.0',
      '+Inf',
      '+Inf',
      'odd',
      '1.5',
    ]);
    expect(
      shown('# TYPE b summary\nb{quantile="1"} 1\n# TYPE c gauge\nc{le="1"} 1\nd{quantile="1"} 1\n'),
    ).toEqual(['1.0', '1', '1']);
  });

  it('gives exemplars the time of the sample or of the page where they have none', () => {
    const { take, samples } = reader();
    take(
      'a 1 # {t="x"} 2 3\na{b="c"} 1 5 # {t="x"} 2\na{d="e"} 1 # {t="x"} 2\na{f="g"} 1 # {t="x"} two\n# EOF\n',
      true,
      9,
    );
    expect(
      samples.map(([, timeMs, , exemplars]) => [
        timeMs,
        (exemplars as { timeMs: number }[] | undefined)?.[0]?.timeMs,
      ]),
    ).toEqual([
      [9, 3000],
      [5000, 5000],
      [9, 9],
      [9, undefined],
    ]);
  });

  it('takes an exemplar without a time once, however many pages show it', () => {
    const { take, samples } = reader();
    const page = (value: number): string => `a 1 # {t="x"} ${value}\n# EOF\n`;
    [page(2), page(2), page(3), 'a 1\n# EOF\n', page(3)].forEach((text, at) => take(text, true, at));
    expect(samples.map(([, timeMs, , exemplars]) => [timeMs, exemplars !== undefined])).toEqual([
      [0, true],
      [1, false],
      [2, true],
      [3, false],
      [4, true],
    ]);
  });

  it('ends no series whose sample has a time of its own, until it stands there without one', () => {
    const { take, end, samples } = reader();
    const taken = (what: () => unknown): unknown => {
      samples.length = 0;
      what();
      return samples.map(([labels, timeMs, value]) => {
        const { __name__: name } = labels as { __name__: string };
        return [name, timeMs, value];
      });
    };
    expect(taken(() => take('a 1 5\nb 2\n', false, 10))).toEqual([
      ['a', 5, 1],
      ['b', 10, 2],
    ]);
    expect(taken(() => end(20))).toEqual([['b', 20, undefined]]);
    expect(taken(() => take('a 3 15\n', false, 30))).toEqual([['a', 15, 3]]);
    expect(taken(() => take('a 4\n', false, 40))).toEqual([['a', 40, 4]]);
    expect(taken(() => take('a 5 45\n', false, 50))).toEqual([
      ['a', 45, 5],
      ['a', 50, undefined],
    ]);
    expect(taken(() => end(60))).toEqual([]);
  });

  it.each([
    [
      'y{job="a",exported_job="b"} 1',
      { job: 'shop', instance: 'i', exported_job: 'b', exported_exported_job: 'a' },
    ],
    [
      'y{job="a",instance="c",exported_instance="d"} 1',
      {
        job: 'shop',
        instance: 'i',
        exported_job: 'a',
        exported_instance: 'd',
        exported_exported_instance: 'c',
      },
    ],
  ])('keeps every label of %s beside those of its target', (line, labels) => {
    const { take, samples } = reader({ job: 'shop', instance: 'i' });
    take(`${line}\n`, false, 1);
    expect(samples).toEqual([[{ __name__: 'y', ...labels }, 1, 1]]);
  });

  it('gives the shorter name its place first', () => {
    const { take, samples } = reader({ exported_job: 'x', job: 'shop' });
    take('y{job="a",exported_job="b"} 1\n', false, 1);
    expect(samples).toEqual([
      [
        {
          __name__: 'y',
          job: 'shop',
          exported_job: 'x',
          exported_exported_job: 'a',
          exported_exported_exported_job: 'b',
        },
        1,
        1,
      ],
    ]);
  });

  it('keeps a label of the page beside that of its target, and takes nothing of a page with one bad line', () => {
    const { take, samples } = reader({ job: 'shop' });
    take('a{job="own"} 1\n', false, 1);
    expect(samples).toEqual([[{ exported_job: 'own', job: 'shop', __name__: 'a' }, 1, 1]]);
    expect(() => take('a 1\nb{c="d 1\n', false, 2)).toThrow(ExpositionError);
    expect(() => take('a{b=} 1\n', false, 2)).toThrow('no set of labels: a{b=}');
    expect(samples).toHaveLength(1);
  });
});

describe('parseExposition', () => {
  const values = (page: string, isOpenMetrics = false): unknown[] => {
    const found: unknown[] = [];
    parseExposition(page, isOpenMetrics, {
      sample: (_text, value, timeMs) => found.push(timeMs === undefined ? value : [value, timeMs]),
      metadata: () => undefined,
    });
    return found;
  };
  it('reads numbers as Go does, and line ends of every kind', () => {
    expect(values('a NaN\r\na +Inf\n\n  \na infinity\na -Infinity\na Inf\na 1e3\na 0x10 7')).toEqual([
      Number.NaN,
      Infinity,
      Infinity,
      -Infinity,
      Infinity,
      1000,
      [16, 7],
    ]);
    expect(values('a 1 1.5\n# EOF', true)).toEqual([[1, 1500]]);
  });

  it.each(['a', 'a one', 'a 1 soon', 'a 1 Inf', ' a 1', '{', 'a{b="c" 1', `a${' x'.repeat(100)}`])(
    'refuses %j',
    (line) => {
      expect(() => values(line)).toThrow(ExpositionError);
    },
  );
});

describe('parseSeries', () => {
  it.each<readonly [string, object | undefined]>([
    ['a', { __name__: 'a' }],
    ['a {b="c"}', { __name__: 'a', b: 'c' }],
    ['{"a b", c="d" , }', { __name__: 'a b', c: 'd' }],
    [String.raw`a{b="\n\\\"\x"}`, { __name__: 'a', b: '\n\\"\\x' }],
    ['a{b=""}', { __name__: 'a' }],
    ['a{ }', { __name__: 'a' }],
    ['a{b}', { __name__: 'b' }],
    ['a{b="c"}x', undefined],
    ['a{b="c" d="e"}', undefined],
    ['a{=}', undefined],
    ['a{"b}', undefined],
    ['a{b=c}', undefined],
    ['a{b="c\\', undefined],
  ])('of %j is %j', (text, labels) => {
    expect(parseSeries(text)).toEqual(labels);
  });

  it('ends where its labels do', () => {
    expect([
      seriesEnd('a 1'),
      seriesEnd('{"}"} 1'),
      seriesEnd(String.raw`a{b="\"}"} 1`),
      seriesEnd(' a'),
      seriesEnd('a'),
    ]).toEqual([1, 5, 10, -1, -1]);
    expect(parseLabels('{')).toBeUndefined();
  });
});

describe('readTargetFile', () => {
  it('names the job of the file where none is named, and reads nothing of an empty one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-targets-'));
    undo.push(() => rm(folder, { recursive: true }));
    const path = join(folder, 'targets.yml');
    await writeFile(path, '- targets: ["a:1", "https://b/x", "a b"]\n  labels: { tier: 1, live: true }\n');
    const [job] = await readTargetFile(path);
    const problems: string[] = [];
    expect(targetsOf(job!, (problem) => problems.push(problem))).toEqual([
      { url: 'http://a:1/metrics', labels: { tier: '1', live: 'true', job: path, instance: 'a:1' } },
      { url: 'https://b/x', labels: { tier: '1', live: 'true', job: path, instance: 'b' } },
    ]);
    expect(problems).toEqual([`job ${path}: "a b" is no address such as localhost:9464`]);
    await writeFile(path, '');
    expect(await readTargetFile(path)).toEqual([]);
    await writeFile(path, '- targets: [1]\n');
    await expect(readTargetFile(path)).rejects.toThrow('0.targets.0: ');
    expect(targetsOf({ job: 'x', targets: ['a'] }, () => undefined)).toMatchObject([
      { labels: { job: 'x' } },
    ]);
  });
});

describe('targetsOf', () => {
  const only = (target: string, labels: Record<string, string> = {}) => {
    const [found] = targetsOf({ job: 'x', targets: [target], labels }, (problem) => {
      throw new Error(problem);
    });
    return { url: found?.url, labels: found?.labels };
  };

  it.each<readonly [string, Record<string, string>, string, object]>([
    ['web:80', {}, 'http://web/metrics', { instance: 'web:80' }],
    ['web', {}, 'http://web/metrics', { instance: 'web' }],
    [
      'web:80',
      { instance: 'web-1', __metrics_path__: '/probe', __scheme__: 'https', __own: 'a' },
      'https://web:80/probe',
      { instance: 'web-1' },
    ],
    [
      'web:1',
      { instance: '', __metrics_path__: '', zone: '', tier: 'a', __address__: 'other:2' },
      'http://web:1/metrics',
      { instance: 'web:1', tier: 'a' },
    ],
    [
      'web:1',
      { __param_module: 'http_2xx', __param_target: 'https://a/?b=c&d' },
      'http://web:1/metrics?module=http_2xx&target=https%3A%2F%2Fa%2F%3Fb%3Dc%26d',
      { instance: 'web:1' },
    ],
    [
      'https://user:pass@web:443/own?a=b',
      { __metrics_path__: '/probe', __scheme__: 'http', __param_a: 'c' },
      'https://web/own?a=c',
      { instance: 'web:443' },
    ],
    ['[::1]:80', {}, 'http://[::1]/metrics', { instance: '[::1]:80' }],
  ])('of %s with %j', (target, labels, url, expected) => {
    expect(only(target, labels)).toEqual({ url, labels: { job: 'x', ...expected } });
  });

  it('leaves out what has a scheme that is none', () => {
    expect(() => only('web:1', { __scheme__: 'ftp' })).toThrow('"web:1" is no address');
  });
});

describe('createScraper', () => {
  it('says why there is no page, and ends its series', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/long') response.end('a'.repeat(2000));
      else if (request.url === '/hangs') response.write('a 1\n');
      else response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    undo.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const samples: unknown[] = [];
    const scrape = (url: string, timeoutMs = 60_000, signal = new AbortController().signal) =>
      createScraper({
        target: { url, labels: { job: 'x' } },
        sink: {
          sample: ({ __name__: name }, _timeMs, value) => samples.push([name, value]),
          metadata: () => undefined,
        },
        timeoutMs,
        maxPageBytes: 1000,
        now: () => 7,
      }).scrape(signal);
    expect(await scrape(`${at}/long`)).toMatchObject({
      error: 'the page is longer than 1000 bytes',
      samples: 0,
    });
    expect(await scrape(`${at}/broken`)).toMatchObject({
      error: 'server returned HTTP status 500 Internal Server Error',
    });
    expect(await scrape(`${at}/hangs`, 50)).toMatchObject({
      error: expect.stringContaining('timeout') as unknown,
    });
    expect(await scrape('http://127.0.0.1:1/')).toMatchObject({
      error: expect.stringContaining('ECONNREFUSED') as unknown,
    });
    expect(samples.filter((each) => JSON.stringify(each) === '["up",0]')).toHaveLength(4);
    samples.length = 0;
    const abort = new AbortController();
    abort.abort('closing');
    expect(await scrape(`${at}/hangs`, 50, abort.signal)).toMatchObject({ error: 'closing' });
    expect(samples).toEqual([]);
    await expect(getPage({ url: 'https://127.0.0.1:1/' }, new AbortController().signal, 1)).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  it('follows redirects of the same host, and not for ever', async () => {
    const asked: string[] = [];
    const server = createServer(({ url = '', headers }, response) => {
      asked.push(`${url} ${headers.authorization}`);
      const location = url === '/metrics/' ? '/metrics' : url === '/away' ? 'http://example.com/' : url;
      if (url === '/metrics') response.end('a 1\n');
      else response.writeHead(308, { location: url === '/odd' ? 'ftp://127.0.0.1/' : location }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    undo.push(() => void server.close());
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const get = (path: string): Promise<unknown> =>
      getPage({ url: at + path, headers: { authorization: 'Basic x' } }, new AbortController().signal, 100);
    expect(await get('/metrics/')).toEqual({ page: 'a 1\n', isOpenMetrics: false });
    expect(asked).toEqual(['/metrics/ Basic x', '/metrics Basic x']);
    await expect(get('/away')).rejects.toThrow('server redirected to another host, example.com');
    await expect(get('/odd')).rejects.toThrow('server redirected to what is no address');
    asked.length = 0;
    await expect(get('/round')).rejects.toThrow('stopped after 10 redirects');
    expect(asked).toHaveLength(11);
  });
});
