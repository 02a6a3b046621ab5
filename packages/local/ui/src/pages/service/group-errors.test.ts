import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../api/loki.ts';
import { groupErrors, hasTwin, linesOfGroup } from './group-errors.ts';

const line = (ms: number, text: string, labels: LogLine['labels'] = {}): LogLine => ({
  timeNs: `${ms}000000`,
  line: text,
  labels,
});
const json = (fields: object): string => JSON.stringify(fields);

describe('linesOfGroup', () => {
  it('asks for what all lines of the group have, as it stands in JSON as well', () => {
    const logs = '{service_name="a"}';
    expect(linesOfGroup(logs, 'order 17 lost: "no stock"')).toBe(
      '{service_name="a"} |= "order" |= "lost:" |= "no stock"',
    );
    expect(linesOfGroup(logs, 'C:\\tmp\nnicht geöffnet')).toBe(
      '{service_name="a"} |= "C:" |= "tmp" |= "nicht ge" |= "ffnet"',
    );
    expect(linesOfGroup(logs, '42')).toBe(logs);
  });
});

describe('groupErrors', () => {
  it('puts errors of one fingerprint together, in JSON and in the fields of OTLP', () => {
    const [one, ...others] = groupErrors([
      line(9, json({ msg: 'charge failed', err: { type: 'E', message: 'for order 2', fingerprint: 'f1' } })),
      line(8, 'charge failed', {
        err: json({ fingerprint: 'f1' }),
        exception_type: 'E',
        exception_message: 'for order 1',
        trace_id: 'ab',
      }),
    ]);
    expect(one).toEqual({
      key: 'f1',
      fingerprint: 'f1',
      message: 'charge failed',
      error: 'E: for order 2',
      count: 2,
      lastMs: 9,
      firstMs: 8,
      traceId: 'ab',
    });
    expect(others).toEqual([]);
  });

  it('leaves errors with the same words apart that came about in different places', () => {
    const err = (fingerprint: string, message: string): string =>
      json({ msg: 'not paid', err: { type: 'E', message, fingerprint } });
    const groups = groupErrors([
      line(3, err('f1', 'a 1')),
      line(2, err('f2', 'a 2')),
      line(1, err('f3', 'b')),
    ]);
    expect(groups.map((group) => hasTwin(group, groups))).toEqual([true, true, false]);
  });

  it('looks at the words alone where there is no fingerprint', () => {
    const groups = groupErrors([line(3, 'order 17 lost'), line(2, 'order 18 lost'), line(1, 'disk full')]);
    expect(groups.map(({ message, count }) => [message, count])).toEqual([
      ['order 17 lost', 2],
      ['disk full', 1],
    ]);
  });
});
