import { describe, expect, it } from 'vitest';
import { createLogqlEngine } from '../engine.ts';
import { createMemoryLogs } from '../memory-logs.ts';
import { findLogPatterns, findSharedLogPatterns } from './log-patterns.ts';

const SECOND_NS = 1_000_000_000n;
const START_NS = 1_790_000_000n * SECOND_NS;
const range = { startNs: START_NS, endNs: START_NS + 3600n * SECOND_NS };

/** An engine over streams of lines that are a second apart. */
function engineOf(
  streams: Readonly<Record<string, readonly string[]>>,
): ReturnType<typeof createLogqlEngine> {
  const logs = createMemoryLogs();
  for (const [app, lines] of Object.entries(streams)) {
    logs.push(
      { app },
      lines.map((line, at) => ({ timeNs: START_NS + BigInt(at) * SECOND_NS, line })),
    );
  }
  return createLogqlEngine({ source: logs });
}

function times(count: number, line: (at: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, at) => line(at));
}

async function patternsOf(lines: readonly string[]): Promise<readonly string[]> {
  const found = await findLogPatterns(engineOf({ a: lines }), {
    query: '{app="a"}',
    ...range,
    stepSeconds: 60,
  });
  return found.map(({ pattern, lines: count }) => `${count} ${pattern}`);
}

describe('findLogPatterns', () => {
  it('puts a placeholder where lines differ, those with most lines first', async () => {
    expect(
      await patternsOf([
        ...times(20, (at) => `GET /orders/${at} took ${at * 3}ms`),
        ...times(
          30,
          (at) => `connection from 10.0.0.${at} closed (reason: ${at % 2 === 0 ? 'idle' : 'reset'})`,
        ),
      ]),
    ).toEqual([
      '20 GET <_> took <_>',
      '15 connection from <_> closed (reason: idle)',
      '15 connection from <_> closed (reason: reset)',
    ]);
  });

  it('keeps spaces, signs and words of other scripts', async () => {
    expect(await patternsOf(times(3, (at) => `größe:  “${at}” → done, 世界 = ${at}`))).toEqual([
      '3 größe:  “<_>” → done, 世界 = <_>',
    ]);
  });

  it('takes the message of a JSON line and the pairs of logfmt', async () => {
    expect(await patternsOf(times(3, (at) => `{"at":${at},"msg":"order ${at} is on its way"}`))).toEqual([
      '3 <_>order <_> is on its way<_>',
    ]);
    expect(await patternsOf(times(3, (at) => `ts=${at} user=u${at} msg="all done" ok=true`))).toEqual([
      '3 ts=<_> user=<_> msg="all done" ok=true',
    ]);
  });

  it('tells levels apart, and counts lines by the step', async () => {
    const lines = times(30, (at) => `${at % 3 === 0 ? 'error' : 'info'}: step ${at} of the job`);
    const found = await findLogPatterns(engineOf({ a: lines }), {
      query: '{app="a"}',
      ...range,
      stepSeconds: 15,
    });
    const first = Number(START_NS / SECOND_NS);
    const steps = [first - (first % 15), first - (first % 15) + 15, first - (first % 15) + 30];
    expect(found.map(({ level, pattern, samples }) => [level, pattern, samples.map(([at]) => at)])).toEqual([
      ['info', 'info: step <_> of the job', steps],
      ['error', 'error: step <_> of the job', steps],
    ]);
    expect(found.map(({ lines: count }) => count)).toEqual([20, 10]);
  });

  it('leaves out what has too few words, too many, or is too long', async () => {
    expect(
      await patternsOf(['a b', 'x '.repeat(100), `one two three ${'y'.repeat(4000)}`, 'one two three four']),
    ).toEqual(['1 one two three four']);
  });

  it('is bounded, however many kinds of lines there are', async () => {
    const word = (at: number): string =>
      at.toString(36).replaceAll(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '');
    const lines = times(4000, (at) => times(5, (place) => word(at * 31 + place * 7919 + 40_000)).join(' '));
    expect((await patternsOf(lines)).length).toBeLessThanOrEqual(300);
  });

  it('passes over lines of no use to the format that the first line of their stream has', async () => {
    const long = 'word '.repeat(700);
    expect(
      await patternsOf([
        '{"msg":"the cache is now cold"}',
        '{"note":"nothing that is a message"}',
        `{"msg":"${long}"}`,
        '{"msg":"the cache is now warm"}',
      ]),
    ).toEqual(['2 <_>the cache is now <_>']);
    expect(
      await patternsOf([
        'level=info msg=started took=5ms',
        'level=info msg=start"ed took=6ms',
        `level=info msg=${'x'.repeat(3000)} took=7ms`,
        'level=info msg=started took=8ms   ',
      ]),
    ).toEqual(['2 level=info msg=started took=<_>']);
  });

  it('puts a placeholder into a text without spaces as well', async () => {
    expect(await patternsOf(times(3, (at) => `a,b;${at},(d)!`))).toEqual(['3 a,b;<_>,(d)!']);
  });

  it('calls the level unknown where none was detected, and ends when nobody waits any more', async () => {
    const logs = createMemoryLogs({ detectLevels: false });
    logs.push({ app: 'a' }, [{ timeNs: START_NS, line: 'error: the disk is full' }]);
    const engine = createLogqlEngine({ source: logs });
    const query = { query: '{app="a"}', ...range, stepSeconds: 60 };
    expect((await findLogPatterns(engine, query)).map(({ level }) => level)).toEqual(['unknown']);
    await expect(findLogPatterns(engine, { ...query, signal: AbortSignal.abort() })).rejects.toMatchObject({
      class: 'canceled',
    });
  });

  it('looks at no more lines than it is told, the newest', async () => {
    const found = await findLogPatterns(engineOf({ a: times(50, (at) => `line ${at} of many lines`) }), {
      query: '{app="a"}',
      ...range,
      stepSeconds: 60,
      lineLimit: 7,
    });
    expect(found.map(({ lines }) => lines)).toEqual([7]);
  });

  it('refuses a query of numbers', async () => {
    const query = { query: 'rate({app="a"}[1m])', ...range, stepSeconds: 60 };
    await expect(findLogPatterns(engineOf({}), query)).rejects.toMatchObject({ class: 'bad_data' });
  });
});

describe('findSharedLogPatterns', () => {
  it('counts the lines of each query under the patterns that they have together', async () => {
    const engine = engineOf({
      old: times(10, (at) => `order ${at} is on its way`),
      new: [...times(5, (at) => `order ${at + 100} is on its way`), 'the cache is cold now'],
    });
    const found = await findSharedLogPatterns(engine, [
      { query: '{app="old"}', ...range },
      { query: '{app="new"}', ...range },
    ]);
    expect(found.map(({ pattern, counts }) => [pattern, counts])).toEqual([
      ['order <_> is on its way', [10, 5]],
      ['the cache is cold now', [0, 1]],
    ]);
  });
});
