import { describe, expect, it } from 'vitest';
import { admitPlugins } from './admitted-plugins.ts';

const names = (plugins: readonly { readonly name: string }[]): string[] => plugins.map(({ name }) => name);

describe('admitPlugins', () => {
  it('asks each for its attributes once, and the last one of a name has it', () => {
    const { plugins, resourceAttributes, refused } = admitPlugins([
      { name: 'one', resourceAttributes: { team: 'a', zone: 'x' } },
      { name: 'two', resourceAttributes: () => ({ team: 'b' }) },
      { name: 'three', redact: { keys: ['badgeNumber'] } },
    ]);
    expect(names(plugins)).toEqual(['one', 'two', 'three']);
    expect(resourceAttributes).toEqual({ team: 'b', zone: 'x' });
    expect(refused).toEqual([]);
  });

  it.each([
    {
      what: 'throws',
      plugin: {
        name: 'bad',
        resourceAttributes: () => {
          throw new Error('no file.');
        },
      },
      reason: 'no file',
    },
    {
      what: 'censors what cannot be',
      plugin: { name: 'bad', redact: { keys: ['x'] } },
      reason: 'redact.keys.0',
    },
    {
      what: 'throws what is no error',
      plugin: {
        name: 'bad',
        resourceAttributes: () => {
          throw 'no file' as unknown as Error;
        },
      },
      reason: 'failed to start: no file',
    },
    { what: 'has a name that is taken', plugin: { name: 'good' }, reason: 'its name is taken' },
  ])('leaves out one that $what, and the others take part', ({ plugin, reason }) => {
    const { plugins, refused } = admitPlugins([{ name: 'good' }, plugin, { name: 'last' }]);
    expect(names(plugins)).toEqual(['good', 'last']);
    expect(refused).toMatchObject([
      {
        name: plugin.name,
        problem: { code: 'SIGHTLINE_PLUGIN', problem: expect.stringContaining(reason) as unknown },
      },
    ]);
  });
});
