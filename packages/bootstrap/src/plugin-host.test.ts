import type { SightlineError } from '@sightline/errors';
import { describe, expect, it, vi } from 'vitest';
import { admitPlugins } from './admitted-plugins.ts';
import { createPluginHost } from './plugin-host.ts';
import type { PluginDoors } from './plugin-host.ts';
import type { Plugin } from './plugin.ts';
import type { Sightline } from './sightline.ts';

const sightline = {} as Sightline;
const requestSink = { prepare: () => () => {} };
const route = {
  path: '/a',
  methods: ['GET'],
  access: 'open',
  help: 'A.',
  handle: () => ({ status: 200, body: '' }),
} as const;

function setup(plugins: readonly Plugin[], refused = admitPlugins([]).refused) {
  const added: string[] = [];
  const problems: SightlineError[] = [];
  const door = (name: string) => (): (() => void) => {
    added.push(name);
    return () => added.splice(added.indexOf(name), 1);
  };
  const doors: PluginDoors = {
    addRequestSink: door('sink'),
    addClientRequestSink: door('client sink'),
    addRoute: door('route'),
    addStatus: (name) => door(`status ${name}`)(),
    addCheck: (name) => door(`check ${name}`)(),
    addDrainHook: (name) => door(`drain ${name}`)(),
  };
  const host = createPluginHost((problem) => problems.push(problem), refused);
  host.start(sightline, plugins, doors);
  return { host, added, problems };
}

const fails = (): never => {
  throw new Error('boom');
};

describe('createPluginHost', () => {
  it('adds every part, and starts with the instance', () => {
    const start = vi.fn<() => undefined>();
    const status = { queue: () => 1, pool: () => 2 };
    const plugin: Plugin = {
      name: 'a',
      requestSink,
      clientRequestSink: requestSink,
      routes: [route],
      status,
      checks: { broker: () => true },
      drain: { consumer: { phase: 'consumers', run: () => {} } },
      start,
    };
    const { host, added } = setup([plugin]);
    expect(added).toEqual([
      'sink',
      'client sink',
      'route',
      'status queue',
      'status pool',
      'check broker',
      'drain consumer',
    ]);
    expect(start).toHaveBeenCalledExactlyOnceWith(sightline);
    expect(host.stats()).toEqual({ running: ['a'], leftOut: [], failures: 0 });
  });

  it('takes off every part of one that does not start, and goes on with the next', () => {
    const { host, added, problems } = setup([
      { name: 'bad', requestSink, routes: [route], checks: { broker: () => true }, start: fails },
      { name: 'good', status: { good: () => 1 } },
    ]);
    expect(added).toEqual(['status good']);
    expect(host.stats()).toEqual({ running: ['good'], leftOut: ['bad'], failures: 1 });
    expect(problems).toMatchObject([
      { code: 'SIGHTLINE_PLUGIN', problem: 'the plug-in bad failed to start: boom' },
    ]);
  });

  it('takes off every part of one that fails to start later, and lets no rejection reach the process', async () => {
    const late = Promise.withResolvers<never>();
    const { host, added, problems } = setup([
      { name: 'bad', requestSink, routes: [route], start: () => late.promise },
      { name: 'good', status: { good: () => 1 } },
    ]);
    expect(host.stats()).toMatchObject({ running: ['bad', 'good'], leftOut: [] });
    late.reject(new Error('boom'));
    await host.end(60_000);
    expect(added).toEqual(['status good']);
    expect(host.stats()).toEqual({ running: ['good'], leftOut: ['bad'], failures: 1 });
    expect(problems).toMatchObject([{ problem: 'the plug-in bad failed to start: boom' }]);
  });

  it('ends one that starts in its own time', async () => {
    const ended: string[] = [];
    const { host } = setup([
      { name: 'a', start: () => Promise.resolve(() => void ended.push('a')) },
      { name: 'b', start: () => Promise.resolve() },
    ]);
    await host.end(60_000);
    expect(ended).toEqual(['a']);
  });

  it('leaves out one that is called like a built-in one, which goes on', () => {
    const { host, added, problems } = setup([
      { name: 'sightline-logs', requestSink },
      { name: 'sightline-logs', routes: [route] },
    ]);
    expect(added).toEqual(['sink']);
    expect(host.stats()).toEqual({ running: ['sightline-logs'], leftOut: ['sightline-logs'], failures: 1 });
    expect(problems).toMatchObject([{ problem: expect.stringContaining('its name is taken') as unknown }]);
  });

  it('has an end also when nothing has said how to end', async () => {
    const { host, problems } = setup([{ name: 'a', start: () => undefined }]);
    await host.end(60_000);
    expect(problems).toEqual([]);
  });

  it('tells and counts those that were refused before', () => {
    const { refused } = admitPlugins([{ name: 'early', resourceAttributes: fails }]);
    const { host, problems } = setup([{ name: 'good' }], refused);
    expect(host.stats()).toEqual({ running: ['good'], leftOut: ['early'], failures: 1 });
    expect(problems).toHaveLength(1);
  });

  it('ends once, the last one first, whoever throws or rejects', async () => {
    const ended: string[] = [];
    const ends = (name: string): Plugin => ({ name, start: () => () => void ended.push(name) });
    const { host, problems } = setup([
      ends('a'),
      { name: 'throws', start: () => fails },
      { name: 'rejects', start: () => () => Promise.reject(new Error('late')) },
      ends('b'),
    ]);
    await Promise.all([host.end(1000), host.end(1000)]);
    expect(ended).toEqual(['b', 'a']);
    expect(problems.map(({ problem }) => problem).toSorted()).toEqual([
      'the plug-in rejects failed to end: late',
      'the plug-in throws failed to end: boom',
    ]);
  });

  it('waits for the deadline at most, and aborts what has not ended', async () => {
    let aborted = false;
    const start = () => (signal: AbortSignal) =>
      new Promise<void>(() => signal.addEventListener('abort', () => (aborted = true)));
    const { host } = setup([{ name: 'hangs', start }]);
    await host.end(0.5);
    expect(aborted).toBe(true);
  });
});
