import type * as threads from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sendSync } from './send-sync.ts';

const started = vi.hoisted(() => ({ env: [] as unknown[] }));

vi.mock('node:worker_threads', async (original) => ({
  ...(await original<typeof threads>()),
  Worker: class {
    constructor(_program: URL, { env }: { readonly env: unknown }) {
      started.env.push(env);
    }
    unref() {}
    on() {}
    terminate = () => Promise.resolve(0);
  },
}));

afterEach(() => {
  started.env = [];
  vi.unstubAllEnvs();
});

describe('sendSync', () => {
  function send(env: Readonly<Record<string, string>>): unknown {
    const others = Object.keys(process.env).filter((name) => /^(?:NODE_(?!ENV$)|SSL_)|_proxy$/i.test(name));
    for (const name of others) vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const settled = vi.fn<(delivered: boolean) => void>();
    sendSync([{ request: { url: 'https://c', headers: {}, body: Buffer.alloc(0) }, settled }], 1);
    expect(settled.mock.calls).toEqual([[false]]);
    return started.env.at(-1);
  }

  it('trusts whom the process trusts, and takes nothing else of its environment along', () => {
    const trust = { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_EXTRA_CA_CERTS: '/ca.pem' };
    const more = { NODE_OPTIONS: '--import ./preload.mjs', HTTPS_PROXY: 'http://proxy' };
    expect(send({ ...trust, ...more })).toEqual(trust);
  });

  it.each([
    { NODE_USE_ENV_PROXY: '1', NODE_OPTIONS: '' },
    { NODE_OPTIONS: '--enable-source-maps --use-env-proxy' },
  ])('goes through the proxies of the environment where %o asks for it', (asked) => {
    const proxies = { HTTPS_PROXY: 'http://proxy', no_proxy: 'localhost' };
    expect(send({ ...asked, ...proxies })).toEqual({ NODE_USE_ENV_PROXY: '1', ...proxies });
  });
});
