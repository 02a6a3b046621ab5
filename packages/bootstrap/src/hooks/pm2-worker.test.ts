import { describe, expect, it } from 'vitest';
import { pm2Worker } from './pm2-worker.ts';

const given = {
  exec_mode: 'cluster_mode',
  pm_id: 4,
  NODE_APP_INSTANCE: 2,
  instance_var: 'NODE_APP_INSTANCE',
  pm_exec_path: '/srv/shop/server.js',
};

describe('pm2Worker', () => {
  it('is which of the workers it is, and the file of the service, before pm2 has unpacked that', () => {
    expect(pm2Worker({ pm2_env: JSON.stringify(given) }, true)).toEqual({
      instance: 2,
      script: '/srv/shop/server.js',
    });
  });

  it('is the same afterwards, where everything is a variable', () => {
    const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
    expect(pm2Worker(env, true)).toEqual({ instance: 2, script: '/srv/shop/server.js' });
  });

  it('goes by the variable that the configuration of pm2 names, and by 0 without a number in it', () => {
    const named = { ...given, instance_var: 'WORKER', WORKER: 3 };
    expect(pm2Worker({ pm2_env: JSON.stringify(named) }, true)?.instance).toBe(3);
    const { NODE_APP_INSTANCE: _, pm_exec_path: _path, ...rest } = given;
    expect(pm2Worker({ pm2_env: JSON.stringify(rest) }, true)).toEqual({ instance: 0, script: undefined });
  });

  it.each([
    { what: 'a process that is no worker', env: { pm2_env: JSON.stringify(given) }, isWorker: false },
    { what: 'a worker of node:cluster', env: {}, isWorker: true },
    {
      what: 'a worker of a service that pm2 has forked',
      env: { exec_mode: 'fork_mode', pm_id: '0' },
      isWorker: true,
    },
  ])('is nothing in $what', ({ env, isWorker }) => {
    expect(pm2Worker(env, isWorker)).toBeUndefined();
  });
});
