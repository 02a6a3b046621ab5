import { describe, expect, it } from 'vitest';
import { namedColour } from './colours.ts';
import { readDashboard } from './dashboard.ts';
import { resolveFields } from './field-config.ts';
import type { Frame } from './frame.ts';

function panel(fieldConfig: object) {
  const [found] = readDashboard({ panels: [{ type: 'stat', fieldConfig }] }).panels;
  if (found === undefined) throw new Error('no panel');
  return found;
}

const frames: readonly Frame[] = [
  {
    refId: 'A',
    fields: [
      { name: 'Time', type: 'time', values: [0] },
      { name: 'job', type: 'string', values: ['shop', ''] },
      { name: 'Value #A', type: 'number', values: [0.5, 2], displayName: 'Errors' },
    ],
  },
];
const steps = [
  { value: null, color: 'green' },
  { value: 1, color: 'red' },
];

describe('resolveFields', () => {
  it('lets the last override that fits win, by name, expression and type', () => {
    const fields = resolveFields(
      frames,
      panel({
        defaults: { unit: 'short', noValue: 'nothing' },
        overrides: [
          { matcher: { id: 'byRegexp', options: '/^Err/' }, properties: [{ id: 'unit', value: 's' }] },
          {
            matcher: { id: 'byName', options: 'Errors' },
            properties: [{ id: 'unit', value: 'percentunit' }],
          },
          { matcher: { id: 'byType', options: 'string' }, properties: [{ id: 'noValue', value: '-' }] },
          { matcher: { id: 'byFrameRefID', options: 'A' }, properties: [{ id: 'custom.width', value: 90 }] },
        ],
      }),
    );
    expect(fields.map(({ name, unit }) => [name, unit])).toEqual([
      ['Time', 'short'],
      ['job', 'short'],
      ['Errors', 'percentunit'],
    ]);
    expect(fields[2]?.show(0.5).text).toBe('50%');
    expect(fields[2]?.show(null).text).toBe('nothing');
    expect(fields[1]?.show('').text).toBe('-');
    expect(fields[1]?.custom).toEqual({ width: 90 });
  });

  it('colours by thresholds, of the value itself or of the way from min to max', () => {
    const colour = { mode: 'thresholds' };
    const absolute = resolveFields(
      frames,
      panel({ defaults: { color: colour, thresholds: { mode: 'absolute', steps } } }),
    );
    expect(absolute[2]?.show(0.5).colour).toBe(namedColour('green'));
    expect(absolute[2]?.show(1).colour).toBe(namedColour('red'));
    const share = [steps[0], { value: 50, color: 'red' }];
    const percentage = resolveFields(
      frames,
      panel({
        defaults: { min: 0, max: 10, color: colour, thresholds: { mode: 'percentage', steps: share } },
      }),
    );
    expect(percentage[2]?.show(4.9).colour).toBe(namedColour('green'));
    expect(percentage[2]?.show(5).colour).toBe(namedColour('red'));
  });

  it.each([
    [{ type: 'value', options: { 2: { text: 'open', color: 'red' } } }, 2, 'open'],
    [{ type: 'range', options: { from: 1, to: 3, result: { text: 'some' } } }, 2, 'some'],
    [{ type: 'regex', options: { pattern: '/^(s).*/', result: { text: '$1!' } } }, 'shop', 's!'],
    [{ type: 'special', options: { match: 'null+nan', result: { text: 'gone' } } }, null, 'gone'],
    [{ type: 'value', options: { 3: { text: 'no' } } }, 2, '2'],
  ])('maps by %j', (mapping, value, expected) => {
    expect(resolveFields(frames, panel({ defaults: { mappings: [mapping] } }))[2]?.show(value).text).toBe(
      expected,
    );
  });
});

describe('namedColour', () => {
  it.each([
    ['semi-dark-blue', '#3274d9'],
    ['#abc', '#abc'],
    ['rgba(255,0,255,0.7)', 'rgba(255,0,255,0.7)'],
    ['url(https://elsewhere.example/x)', undefined],
    ['', undefined],
  ])('reads %j as %s', (name, expected) => expect(namedColour(name)).toBe(expected));
});
