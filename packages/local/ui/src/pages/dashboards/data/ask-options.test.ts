import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../../api/fake-server.fixture.ts';
import { readDashboard } from '../model/dashboard.ts';
import { askOptions } from './ask-options.ts';

/** Answers are kept for a while, by their questions. */
let endMs = 1_000_000;

function options(type: string, query: unknown): Promise<readonly string[]> {
  const [variable] = readDashboard({
    panels: [],
    templating: { list: [{ name: 'v', type: 'query', datasource: { type }, query }] },
  }).variables;
  if (variable === undefined) throw new Error('no variable');
  const scope = {
    variable: (name: string) =>
      name === 'service' ? { value: ['a'], text: 'a', isList: true, allValue: '.+' } : undefined,
  };
  return askOptions(variable, scope, { startMs: endMs - 60_000, endMs }, new AbortController().signal);
}

beforeEach(() => {
  endMs += 10_000;
  fakeWindow();
});
afterEach(() => vi.unstubAllGlobals());

describe('askOptions', () => {
  it.each([
    ['prometheus', 'label_values(up{job=~"$service"}, instance)', '/api/v1/label/instance/values', 'match[]'],
    ['prometheus', 'label_values(job)', '/api/v1/label/job/values', undefined],
    ['prometheus', 'label_names(up)', '/api/v1/labels', 'match[]'],
    ['prometheus', 'label_names()', '/api/v1/labels', undefined],
    ['loki', { type: 1, label: 'level', stream: '{a="b"}' }, '/loki/api/v1/label/level/values', 'query'],
    ['loki', { type: 1, label: 'level' }, '/loki/api/v1/label/level/values', undefined],
    ['loki', { type: 0, label: '' }, '/loki/api/v1/labels', undefined],
  ])('asks %s for %j', async (type, query, path, narrowed) => {
    const server = fakeServer(() => ({ data: ['x'] }));
    expect(await options(type, query)).toEqual(['x']);
    expect(server.last.path).toBe(path);
    expect([...server.last.params.keys()].filter((name) => name !== 'start' && name !== 'end')).toEqual(
      narrowed === undefined ? [] : [narrowed],
    );
    endMs += 10_000;
    fakeServer(() => ({}));
    expect(await options(type, query)).toEqual([]);
  });

  it('takes the names of metrics that an expression matches', async () => {
    fakeServer(() => ({ data: ['http_a', 'up'] }));
    expect(await options('prometheus', 'metrics(^http)')).toEqual(['http_a']);
    expect(await options('prometheus', 'metrics(()')).toEqual([]);
  });

  it('takes results of a query as texts, to be cut by the expression', async () => {
    fakeServer(() => ({
      data: {
        resultType: 'vector',
        result: [{ metric: { __name__: 'up', job: 'a' }, value: [5, '1'] }, { metric: {} }],
      },
    }));
    expect(await options('prometheus', 'query_result(up)')).toEqual(['up{job="a"} 1 5000', '{} NaN 0']);
  });

  it('asks Tempo for values, and for names', async () => {
    fakeServer(({ path }) =>
      path.endsWith('tags')
        ? { scopes: [{ name: 'span', tags: ['a', 'b'] }] }
        : { tagValues: [{ type: 'string', value: 'shop' }] },
    );
    expect(await options('tempo', { type: 1, label: 'resource.service.name' })).toEqual(['shop']);
    expect(await options('tempo', { type: 0 })).toEqual(['a', 'b']);
  });

  it.each([
    ['mysql', 'SELECT 1', 'the data source "mysql" is none of Prometheus, Loki and Tempo'],
    ['prometheus', 'up', '"up" is no query that gives values'],
  ])('refuses %s with %s', async (type, query, message) => {
    await expect(options(type, query)).rejects.toThrow(message);
  });
});
