import { describe, expect, it } from 'vitest';
import { readDashboard } from './dashboard.ts';
import { resolveFields } from './field-config.ts';
import type { Frame } from './frame.ts';
import { changeRatio, shareOf, singleValues } from './single-values.ts';

const frames: readonly Frame[] = [
  {
    refId: 'A',
    fields: [
      { name: 'Time', type: 'time', values: [1000, 2000] },
      { name: 'job', type: 'string', values: ['shop', ''] },
      { name: 'Value', type: 'number', values: [4, 6] },
    ],
  },
];

function values(options: unknown, defaults: object = {}, given: readonly Frame[] = frames) {
  const [panel] = readDashboard({ panels: [{ type: 'stat', fieldConfig: { defaults } }] }).panels;
  if (panel === undefined) throw new Error('no panel');
  return singleValues(resolveFields(given, panel), options);
}

describe('singleValues', () => {
  it('is the last number of each column, with what it was before', () => {
    expect(values({})).toMatchObject([
      { name: 'Value', value: 6, text: '6', row: 1, times: [1000, 2000], values: [4, 6] },
    ]);
  });

  it.each([
    [{ calcs: ['mean'] }, [5]],
    [{ calcs: ['odd'] }, [null]],
    [{ fields: 'job' }, ['']],
    [{ fields: '/^(job|Value)$/' }, ['', 6]],
    [{ fields: 'nothing' }, []],
  ])('of %j is %j', (options, expected) => {
    expect(values(options).map(({ value }) => value)).toEqual(expected);
  });

  it('leaves out what the file hides', () => {
    expect(values({}, { custom: { hideFrom: { viz: true } } })).toEqual([]);
  });

  it('is a value a row where every row is wanted, named by the texts beside it', () => {
    expect(values({ values: true })).toMatchObject([
      { name: 'shop', value: 4, row: 0 },
      { name: '–', value: 6, row: 1 },
    ]);
    expect(values({ values: true, limit: 1 })).toHaveLength(1);
    const bare: Frame = { refId: 'A', fields: [{ name: 'Value', type: 'number', values: [1] }] };
    expect(values({ values: true }, {}, [bare])).toMatchObject([{ name: 'Value' }]);
    expect(values({}, {}, [bare])).toMatchObject([{ times: [], row: 0 }]);
  });
});

describe('shareOf', () => {
  const share = (value: unknown, defaults: object, others: readonly unknown[] = []): number => {
    const frame = (each: unknown): Frame => ({
      refId: 'A',
      fields: [{ name: 'Value', type: 'number', values: [each] }],
    });
    const all = values({}, defaults, [value, ...others].map(frame));
    const [one] = all;
    if (one === undefined) throw new Error('no value');
    return shareOf(one, all);
  };
  it.each([
    [5, { min: 0, max: 10 }, [], 0.5],
    [50, { min: 0, max: 10 }, [], 1],
    [-5, { min: 0, max: 10 }, [], 0],
    [5, {}, [20], 0.25],
    [-5, {}, [5], 0],
    [5, { min: 3, max: 3 }, [], 1],
    [2, { min: 3, max: 3 }, [], 0],
    [null, {}, [], 0],
  ])('of %j with %j beside %j is %d', (value, defaults, others, expected) => {
    expect(share(value, defaults, others)).toBe(expected);
  });
});

describe('changeRatio', () => {
  it.each([
    [[null, 4, null, 6], 0.5],
    [[-4, -6], -0.5],
    [[0, 5], undefined],
    [[5], undefined],
    [[null, null], undefined],
  ])('of %j is %j', (given, expected) => expect(changeRatio(given)).toBe(expected));
});
