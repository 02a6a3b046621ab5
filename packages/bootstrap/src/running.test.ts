import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from './config/config.ts';
import { currentInstance, endedInstance, setCurrentInstance } from './current.ts';
import { createDisabledInstance } from './disabled.ts';
import { sightline } from './running.ts';
import type { Sightline } from './sightline.ts';

afterEach(() => {
  setCurrentInstance(undefined);
  Reflect.deleteProperty(globalThis, Symbol.for('sightline.ended-instance.1'));
});

/** Turned off, it leaves the process of the tests as it is. */
function begin(): Sightline {
  const instance = createDisabledInstance(loadConfig({ logs: { exporters: [] } }, { env: {} }));
  setCurrentInstance(instance);
  return instance;
}

describe('sightline', () => {
  it('is the instance that was shut down until there is another one', async () => {
    const first = begin();
    await sightline.shutdown();
    expect([currentInstance(), endedInstance()]).toEqual([undefined, first]);
    expect(sightline.health).toBe(first.health);
    const second = begin();
    expect(sightline.health).toBe(second.health);
  });

  it('stays the instance that runs when an earlier one is shut down once more', async () => {
    const first = begin();
    await first.shutdown();
    const second = begin();
    await first.shutdown();
    expect([currentInstance(), sightline.health]).toEqual([second, second.health]);
  });

  it('has one handler for the admin paths, which goes by the instance that runs when it is called', () => {
    const { handler } = sightline.admin;
    const handlers = ['first', 'second'].map((host) => {
      const admin = { address: { host, port: 1 }, handler: vi.fn<Sightline['admin']['handler']>() };
      setCurrentInstance({ admin } as unknown as Sightline);
      handler({} as never, {} as never);
      expect(sightline.admin.address?.host).toBe(host);
      return admin.handler;
    });
    expect(handlers.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });
});
