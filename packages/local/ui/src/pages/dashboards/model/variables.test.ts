import { describe, expect, it } from 'vitest';
import { type VariableDefinition, readDashboard } from './dashboard.ts';
import {
  ALL,
  chooseValues,
  dependenciesOf,
  filterOptions,
  fixedOptions,
  optionQueryOf,
  queryResultTexts,
  repeatedValues,
  sortOptions,
  valueOf,
} from './variables.ts';

function variable(raw: object): VariableDefinition {
  const [found] = readDashboard({
    panels: [],
    templating: { list: [{ name: 'v', type: 'query', ...raw }] },
  }).variables;
  if (found === undefined) throw new Error('no variable');
  return found;
}
const asIs = (text: string): string => text;
const options = ['a', 'b'].map((value) => ({ value, text: value }));

describe('optionQueryOf', () => {
  it.each([
    ['label_values(job)', { kind: 'label-values', label: 'job', selector: undefined }],
    [
      'label_values(up{a=~"x,y", b="z"}, instance)',
      { kind: 'label-values', label: 'instance', selector: 'up{a=~"x,y", b="z"}' },
    ],
    ['label_names()', { kind: 'label-names', selector: undefined }],
    ['metrics(http_.*)', { kind: 'metrics', pattern: 'http_.*' }],
    ['query_result(sum(up) by (job))', { kind: 'query-result', query: 'sum(up) by (job)' }],
    ['something', { kind: 'unknown', query: 'something' }],
  ])('reads %s', (query, expected) => expect(optionQueryOf(variable({ query }), asIs)).toEqual(expected));

  it('reads what Grafana keeps as objects', () => {
    expect(
      optionQueryOf(variable({ query: { query: 'label_values(up, job)', refId: 'A' } }), asIs),
    ).toMatchObject({
      label: 'job',
    });
    const loki = { type: 'loki', uid: 'x' };
    expect(
      optionQueryOf(
        variable({ datasource: loki, query: { type: 1, label: 'level', stream: '{a="$x"}' } }),
        (text) => text.replace('$x', '1'),
      ),
    ).toEqual({ kind: 'label-values', label: 'level', selector: '{a="1"}' });
  });
});

describe('dependenciesOf', () => {
  it('names the variables of the query', () => {
    expect([...dependenciesOf(variable({ query: 'label_values(up{a=~"$x"}, ${y})' }))]).toEqual(['x', 'y']);
  });
});

describe('filterOptions', () => {
  it.each([
    ['', ['web-1', 'web-2', 'db-1']],
    ['/^web/', ['web']],
    ['web-\\d', ['web-1', 'web-2']],
    ['/(\\w+)-\\d/', ['web', 'db']],
    ['/(?<text>\\w+)-(?<value>\\d)/', ['1', '2']],
    ['/(/', []],
  ])('keeps by %j: %j', (regex, expected) => {
    expect(filterOptions(['web-1', 'web-2', 'db-1'], regex).map(({ value }) => value)).toEqual(expected);
  });
});

describe('sortOptions', () => {
  it.each([
    [0, ['b10', 'B2', 'a1']],
    [1, ['B2', 'a1', 'b10']],
    [2, ['b10', 'a1', 'B2']],
    [3, ['a1', 'B2', 'b10']],
    [5, ['a1', 'b10', 'B2']],
    [7, ['a1', 'B2', 'b10']],
  ])('orders by the number %d', (sort, expected) => {
    const given = ['b10', 'B2', 'a1'].map((value) => ({ value, text: value }));
    expect(sortOptions(given, sort).map(({ value }) => value)).toEqual(expected);
  });
});

describe('fixedOptions', () => {
  it('splits what somebody listed, with names of their own', () => {
    expect(fixedOptions(variable({ type: 'custom', query: 'a, Bee : b, c\\,d' }), 0)).toEqual([
      { value: 'a', text: 'a' },
      { value: 'b', text: 'Bee' },
      { value: 'c,d', text: 'c,d' },
    ]);
  });

  it('works out the automatic interval', () => {
    const interval = variable({
      type: 'interval',
      query: '1m,1h',
      auto: true,
      auto_count: 30,
      auto_min: '10s',
    });
    expect(fixedOptions(interval, 3_600_000)?.map(({ value }) => value)).toEqual(['120s', '1m', '1h']);
  });

  it('has none for what has to be asked', () => expect(fixedOptions(variable({}), 0)).toBeUndefined());
});

describe('chooseValues', () => {
  const many = variable({ multi: true, includeAll: true, current: { value: [ALL], text: ['All'] } });
  it.each([
    ['all of the file', many, undefined, [ALL]],
    ['the address', many, ['b'], ['b']],
    ['the address, also where there is no such option', many, ['gone'], ['gone']],
    [
      'all, where a link has what stands for all',
      variable({ includeAll: true, allValue: '.+' }),
      ['.+'],
      [ALL],
    ],
    ['one where only one may be chosen', variable({}), ['a', 'b'], ['a']],
    ['the first otherwise', variable({}), undefined, ['a']],
    ['what the file says', variable({ current: { value: 'b' } }), undefined, ['b']],
    ['not what the file says where it is gone', variable({ current: { value: 'gone' } }), undefined, ['a']],
    ['an empty text', variable({ type: 'textbox', query: '', current: { value: '' } }), undefined, ['']],
  ])('takes %s', (_, definition, chosen, expected) => {
    expect(chooseValues(definition, options, chosen)).toEqual(expected);
  });
});

describe('valueOf', () => {
  it('is what stands for all, or all of them', () => {
    expect(
      valueOf(variable({ multi: true, includeAll: true, allValue: '.+' }), options, [ALL]).allValue,
    ).toBe('.+');
    const value = valueOf(variable({ multi: true, includeAll: true }), options, [ALL]);
    expect(value).toEqual({ value: ['a', 'b'], text: 'All', isList: true });
  });
});

describe('queryResultTexts', () => {
  it('writes what expressions cut', () => {
    expect(queryResultTexts([{ labels: { __name__: 'up', job: 'a' }, value: 1, timeMs: 5 }])).toEqual([
      'up{job="a"} 1 5',
    ]);
  });
});

describe('variables of other kinds', () => {
  const of = (raw: object) => variable({ current: { value: 'b', text: 'b' }, ...raw });
  const adhoc = variable({ type: 'adhoc', filters: [{ key: 'job', operator: '=', value: 'shop' }] });

  it.each([
    ['constant', of({ type: 'constant', query: 'k' }), [{ value: 'k', text: 'k' }]],
    ['textbox', of({ type: 'textbox', query: 't' }), [{ value: 't', text: 't' }]],
    ['datasource', of({ type: 'datasource', query: 'loki' }), [{ value: 'loki', text: 'loki' }]],
    ['interval', of({ type: 'interval', query: '1m' }), [{ value: '1m', text: '1m' }]],
    ['adhoc', adhoc, []],
    [
      'an object without a text',
      of({ type: 'textbox', query: { a: 1 } }),
      [{ value: '{"a":1}', text: '{"a":1}' }],
    ],
  ])('of the kind %s have their options', (_, definition, expected) => {
    expect(fixedOptions(definition, 0)).toEqual(expected);
  });

  it('have the shortest automatic interval where the file says none that can be read', () => {
    const interval = of({ type: 'interval', query: '', auto: true, auto_min: 'odd', auto_count: 0 });
    expect(fixedOptions(interval, 0)).toEqual([{ value: '10s', text: 'auto' }]);
  });

  it.each([
    ['what is written into a text', of({ type: 'textbox' }), ['x'], ['x']],
    ['what the file has in a text', of({ type: 'textbox' }), undefined, ['b']],
    ['the query of a text otherwise', variable({ type: 'textbox', query: 'q' }), undefined, ['q']],
    ['nothing but a constant', of({ type: 'constant' }), ['x'], ['a']],
    ['the filters of the address', adhoc, ['a|=|b', ''], ['a|=|b']],
    ['the filters of the file', adhoc, undefined, ['job|=|shop']],
    ['all by its name', of({ multi: true }), ['All', 'a'], [ALL]],
    ['several of the file', variable({ multi: true, current: { value: ['a', 'b'] } }), undefined, ['a', 'b']],
    [
      'all where the file has nothing',
      variable({ includeAll: true, current: { value: 'x' } }),
      undefined,
      [ALL],
    ],
  ])('take %s', (_, definition, chosen, expected) => {
    expect(chooseValues(definition, options, chosen)).toEqual(expected);
  });

  it.each([
    [adhoc, ['job|=|shop', 'odd'], { value: 'job="shop"', text: 'job="shop"', isList: false }],
    [variable({}), ['a'], { value: 'a', text: 'a', isList: false }],
    [variable({}), [], { value: '', text: '', isList: false }],
    [variable({ multi: true }), ['a', 'x'], { value: ['a', 'x'], text: 'a + x', isList: true }],
  ])('are %j', (definition, chosen, expected) => {
    expect(valueOf(definition, options, chosen)).toEqual(expected);
  });

  it('stand for anything where all of nothing is chosen', () => {
    expect(valueOf(variable({ includeAll: true }), [], [ALL])).toMatchObject({ value: [], allValue: '.*' });
  });

  it('ask Loki and Tempo by objects, for names and values', () => {
    const source = (type: string, query: object) => variable({ datasource: { type }, query });
    expect(optionQueryOf(source('loki', { type: 0, label: 'x' }), asIs)).toEqual({
      kind: 'label-names',
      selector: undefined,
    });
    expect(optionQueryOf(source('tempo', { type: 0 }), asIs)).toEqual({ kind: 'trace-names' });
    expect(optionQueryOf(source('tempo', { type: 1, label: 'a' }), asIs)).toEqual({
      kind: 'trace-values',
      tag: 'a',
    });
    expect(optionQueryOf(variable({ query: 'label_names(up)' }), asIs)).toMatchObject({ selector: 'up' });
    expect([...dependenciesOf(variable({ query: { label: '$x' }, regex: '$y' }))]).toEqual(['x', 'y']);
    expect([...dependenciesOf(variable({}))]).toEqual([]);
  });
});

describe('repeatedValues', () => {
  it('are all options, or those chosen, also one that is not there any more', () => {
    expect(repeatedValues(options, [ALL])).toEqual(options);
    expect(repeatedValues(options, ['b', 'x'])).toEqual([
      { value: 'b', text: 'b' },
      { value: 'x', text: 'x' },
    ]);
  });
});
