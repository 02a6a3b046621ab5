import { describe, expect, it } from 'vitest';
import { readDashboard } from '../model/dashboard.ts';
import { interpolateQuery } from '../model/fill-query.ts';
import { interpolate } from '../model/interpolate.ts';
import { type Ask, resolveVariables, withChoice } from './resolve-variables.ts';

const definitions = readDashboard({
  panels: [],
  templating: {
    list: [
      {
        name: 'environment',
        type: 'query',
        query: 'label_values(up, env)',
        includeAll: true,
        allValue: '.*',
        multi: true,
        current: { value: ['$__all'] },
      },
      {
        name: 'service',
        type: 'query',
        query: 'label_values(up{env=~"$environment"}, job)',
        multi: true,
        regex: '/(.*)-prod/',
        sort: 2,
      },
      { name: 'filters', type: 'groupby' },
    ],
  },
}).variables;

function setup(chosen: Record<string, readonly string[]>) {
  const asked: string[] = [];
  const ask: Ask = async (definition, scope) => {
    asked.push(interpolateQuery(String(definition.query), scope, 'regex'));
    if (definition.name === 'environment') return ['prod', 'test'];
    return ['a-prod', 'b-prod', 'c-test'];
  };
  return {
    asked,
    run: () =>
      resolveVariables(definitions, {
        chosenOf: (name) => chosen[name],
        ask,
        rangeMs: 1,
        builtIn: undefined,
      }),
  };
}

describe('resolveVariables', () => {
  it('asks each with what was found for those before it', async () => {
    const { asked, run } = setup({ environment: ['test'] });
    const resolved = await run();
    expect(asked[1]).toBe('label_values(up{env=~"test"}, job)');
    expect(resolved[1]?.options.map(({ value }) => value)).toEqual(['b', 'a']);
    expect(resolved[1]?.chosen).toEqual(['b']);
  });

  it('takes what stands for all, and says what it does not know', async () => {
    const { asked, run } = setup({});
    const resolved = await run();
    expect(asked[1]).toContain('env=~".*"');
    expect(resolved[2]?.problem).toContain('"groupby"');
  });

  it('goes on where one could not be asked', async () => {
    const resolved = await resolveVariables(definitions, {
      chosenOf: () => undefined,
      ask: async () => {
        throw new Error('down');
      },
      rangeMs: 1,
      builtIn: undefined,
    });
    expect(resolved.map(({ problem }) => problem)).toEqual(['down', 'down', expect.any(String)]);
  });
});

describe('resolveVariables of what cannot be asked', () => {
  it.each([
    [new Error('no such label'), 'no such label'],
    ['odd', 'odd'],
  ])('says what was thrown: %s', async (thrown, problem) => {
    const resolved = await resolveVariables(definitions, {
      chosenOf: () => undefined,
      ask: async (_, scope) => {
        expect(interpolate('$__range', scope)).toBe('1h');
        throw thrown;
      },
      rangeMs: 1,
      builtIn: () => '1h',
    });
    expect(resolved).toMatchObject([{ problem, options: [] }, { problem, chosen: [] }, {}]);
  });
});

describe('withChoice', () => {
  it('has what was just chosen, of what there was to choose from', async () => {
    const [variable] = await resolveVariables(
      readDashboard({
        panels: [],
        templating: { list: [{ name: 'route', type: 'custom', query: 'one : 1, two : 2', multi: true }] },
      }).variables,
      { chosenOf: () => undefined, ask: () => Promise.resolve([]), rangeMs: 1, builtIn: undefined },
    );
    if (variable === undefined) throw new Error('no variable');
    expect(variable.value.text).toBe('one');
    expect(withChoice(variable, ['1', '2'])).toMatchObject({
      chosen: ['1', '2'],
      value: { text: 'one + two' },
    });
    expect(withChoice(variable, undefined)).toEqual(variable);
  });
});
