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

describe('resolveFields by other matchers', () => {
  it.each([
    [{ id: 'byTypes', options: ['string', 'time'] }, ['Time', 'job']],
    [{ id: 'byFrameRefID', options: 'A' }, ['Time', 'job', 'Errors']],
    [{ id: 'byNames', options: { names: ['job'] } }, ['job']],
    [{ id: 'byNames', options: { names: ['job'], mode: 'exclude' } }, ['Time', 'Errors']],
    [{ id: 'numeric' }, ['Errors']],
    [{ id: 'time' }, ['Time']],
    [{ id: 'byName', options: 'Value #A' }, ['Errors']],
    [{ id: 'byRegexp', options: '(' }, []],
    [{ id: 'odd' }, []],
  ])('applies %j to %j', (matcher, expected) => {
    const fields = resolveFields(
      frames,
      panel({ overrides: [{ matcher, properties: [{ id: 'custom.width', value: 9 }] }] }),
    );
    expect(fields.filter(({ custom }) => custom['width'] === 9).map(({ name }) => name)).toEqual(expected);
  });
});

describe('show', () => {
  const shown = (defaults: object, value: unknown, given: readonly Frame[] = frames) =>
    resolveFields(given, panel({ defaults })).at(-1)?.show(value);
  const thresholds = { steps };

  it.each([
    [{ thresholds }, 5, { text: '5', colour: namedColour('red') }],
    [{ thresholds: { steps: [] } }, 5, { text: '5', colour: undefined }],
    [{ color: { mode: 'fixed', fixedColor: 'blue' } }, 5, { text: '5', colour: namedColour('blue') }],
    [{ color: { mode: 'shades', fixedColor: 'odd' } }, 5, { text: '5', colour: undefined }],
    [{ color: { mode: 'continuous-reds' }, min: 0, max: 10 }, 10, { text: '10', colour: 'rgb(255 166 176)' }],
    [{ color: { mode: 'continuous-reds' }, min: 5, max: 5 }, 5, { text: '5', colour: 'rgb(196 22 42)' }],
    [{}, null, { text: '–', colour: undefined }],
    [{ noValue: 'none' }, Number.NaN, { text: 'none', colour: undefined }],
    [{ decimals: 2 }, 5, { text: '5.00', colour: namedColour('green') }],
    [{}, '', { text: '–', colour: undefined }],
    [{}, 'text', { text: 'text', colour: undefined }],
    [
      { mappings: [{ type: 'value', options: { 5: { text: 'five', color: 'red' } } }] },
      5,
      { text: 'five', colour: namedColour('red') },
    ],
    [
      { mappings: [{ type: 'value', options: { 5: { color: 'red' } } }] },
      5,
      { text: '5', colour: namedColour('red') },
    ],
  ])('with %j of %j is %j', (defaults, value, expected) => {
    const withSteps = { thresholds: { steps: [{ value: null, color: 'green' }] }, ...defaults };
    expect(shown('thresholds' in defaults ? defaults : withSteps, value)).toEqual(
      typeof value === 'string' ? { ...expected, colour: undefined } : expected,
    );
  });

  it('takes a colour of the palette where the mode has none, and the unit that comes with the data', () => {
    const of = (more: object): readonly Frame[] => [
      { refId: 'A', fields: [{ name: 'v', type: 'number', values: [Number.NaN, null], ...more }] },
    ];
    const colour = { color: { mode: 'palette-classic' } };
    expect(shown(colour, 5, of({}))?.colour).toBe(
      resolveFields(of({}), panel({ defaults: colour }))[0]?.colour,
    );
    expect(shown({ unit: 'short' }, 5, of({ unit: 's' }))?.text).toBe('5 s');
    expect(shown({ unit: 'bytes' }, 5, of({ unit: 's' }))?.text).toBe('5 B');
    expect(shown({}, 5, of({}))?.text).toBe('5');
  });

  it('writes moments in the unit of the file, else as such', () => {
    const time: readonly Frame[] = [{ refId: 'A', fields: [{ name: 'Time', type: 'time', values: [0] }] }];
    expect(shown({}, 0, time)?.text).toMatch(/^\d{4}-\d\d-\d\d /);
    expect(shown({ unit: 'none' }, 0, time)?.text).toMatch(/^\d{4}-/);
    expect(shown({ unit: 'dateTimeAsUS' }, 0, time)?.text).toMatch(/m$/);
  });
});
