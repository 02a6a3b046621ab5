import { describe, expect, it } from 'vitest';
import { createLogqlEngine } from '../engine.ts';
import { createLogLists } from '../lists/log-lists.ts';
import { createMemoryLogs } from '../memory-logs.ts';
import { fieldTypeOf } from './field-type.ts';
import { createLogDetections } from './log-detections.ts';

const range = { startNs: 0n, endNs: 1000n, lineLimit: 100 };

function detections(): ReturnType<typeof createLogDetections> {
  const logs = createMemoryLogs({ detectLevels: false, discoverServiceName: false });
  logs.push({ app: 'json', id: '17' }, [
    { timeNs: 1n, line: '{"app":"inner","user":{"first name":"a"},"took":"5ms"}', metadata: { trace: 'x' } },
    { timeNs: 2n, line: '{"app":"inner","user":{"first name":"b"},"size":"1.5 MB"}' },
  ]);
  logs.push({ app: 'text', id: '18' }, [{ timeNs: 3n, line: 'a=1 b="x y" just words' }]);
  return createLogDetections(createLogqlEngine({ source: logs }), createLogLists(logs));
}

describe('fieldTypeOf', () => {
  it.each([
    ['17', 'int'],
    ['-9223372036854775808', 'int'],
    ['9223372036854775808', 'float'],
    ['1.5', 'float'],
    ['true', 'boolean'],
    ['1h5m', 'duration'],
    ['15 MB', 'bytes'],
    ['15 apples', 'string'],
    ['', 'string'],
  ])('takes %s as %s', (value, expected) => {
    expect(fieldTypeOf(value)).toBe(expected);
  });
});

describe('createLogDetections', () => {
  it('finds fields of JSON with the keys that lead to them, and calls what is a label already otherwise', async () => {
    const found = await detections().fields('{app="json"}', range);
    expect(found.toSorted((one, other) => (one.label < other.label ? -1 : 1))).toEqual([
      { label: 'app_extracted', type: 'string', cardinality: 1, parsers: ['json'], jsonPath: ['app'] },
      { label: 'size', type: 'bytes', cardinality: 1, parsers: ['json'], jsonPath: ['size'] },
      { label: 'took', type: 'duration', cardinality: 1, parsers: ['json'], jsonPath: ['took'] },
      { label: 'trace', type: 'string', cardinality: 1, parsers: [], jsonPath: undefined },
      {
        label: 'user_first_name',
        type: 'string',
        cardinality: 2,
        parsers: ['json'],
        jsonPath: ['user', 'first name'],
      },
    ]);
  });

  it('finds pairs of logfmt among words, and values as a query takes them', async () => {
    const fields = await detections().fields('{app="text"}', range);
    expect(fields.map(({ label, parsers }) => [label, parsers])).toEqual([
      ['a', ['logfmt']],
      ['b', ['logfmt']],
    ]);
    expect(await detections().fieldValues('{app="text"}', 'b', range)).toEqual(['x y']);
    expect(await detections().fieldValues('{app="json"}', 'size', range)).toEqual(['1.5MB']);
    expect(await detections().fieldValues('{app="json"}', 'trace', range)).toEqual(['x']);
  });

  it('knows what the query itself has parsed, and keeps to its bounds', async () => {
    const parsed = await detections().fields('{app="text"} | pattern "<first> <_>"', range);
    expect(parsed.map(({ label }) => label)).toContain('first');
    expect(await detections().fields('{app="json"}', { ...range, limit: 2 })).toHaveLength(2);
    expect(
      await detections().fieldValues('{app="json"}', 'user_first_name', { ...range, limit: 1 }),
    ).toHaveLength(1);
  });

  it('finds no way to a field that JSON does not have at the top, nor deeper than it looks', async () => {
    const logs = createMemoryLogs({ detectLevels: false, discoverServiceName: false });
    const deep = `${'{"a":'.repeat(22)}"x"${'}'.repeat(22)}`;
    logs.push({ app: 'a' }, [{ timeNs: 1n, line: deep }]);
    const reading = createLogDetections(createLogqlEngine({ source: logs }), createLogLists(logs));
    const found = await reading.fields('{app="a"} | regexp `"(?P<letter>x)"`', range);
    expect(found.map(({ label, parsers, jsonPath }) => [label.length, parsers, jsonPath])).toEqual([
      ['letter'.length, ['json'], undefined],
      [22 * 2 - 1, ['json'], undefined],
    ]);
  });

  it('counts values up to a bound, over as many lines as it is told', async () => {
    const logs = createMemoryLogs({ detectLevels: false });
    logs.push(
      { app: 'a' },
      Array.from({ length: 10_002 }, (_, at) => ({ timeNs: BigInt(at), line: `n=${at}` })),
    );
    const reading = createLogDetections(createLogqlEngine({ source: logs }), createLogLists(logs));
    const [field] = await reading.fields('{app="a"}', { startNs: 0n, endNs: 20_000n, lineLimit: 20_000 });
    expect(field).toMatchObject({ label: 'n', cardinality: 10_000 });
  });

  it('refuses a query of numbers, and ends when nobody waits any more', async () => {
    await expect(detections().fields('rate({app="a"}[1m])', range)).rejects.toMatchObject({
      class: 'bad_data',
    });
    await expect(
      detections().fields('{app="a"}', { ...range, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ class: 'canceled' });
  });

  it('lists a label that says yes or no in digits', () => {
    const logs = createMemoryLogs({ discoverServiceName: false });
    for (const [canary, shard] of ['00', '11', '12']) {
      logs.push({ canary: canary!, shard: shard! }, [{ timeNs: 1n, line: 'x' }]);
    }
    const reading = createLogDetections(createLogqlEngine({ source: logs }), createLogLists(logs));
    expect(reading.labels(range)).toEqual([{ label: 'canary', cardinality: 2 }]);
  });

  it('lists labels whose values are not ids alone', () => {
    expect(detections().labels(range)).toEqual([{ label: 'app', cardinality: 2 }]);
    expect(detections().labels(range, '{app="text"}')).toEqual([{ label: 'app', cardinality: 1 }]);
  });
});
