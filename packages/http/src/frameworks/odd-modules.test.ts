import { once } from 'node:events';
import { createServer } from 'node:http';
import { PassThrough } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import Fastify from 'fastify';
import * as hono from 'hono';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fastify as fastifyAdapter } from './fastify.ts';
import { hono as honoAdapter } from './hono.ts';
import { observe } from './observed-server.fixture.ts';
import { requestStateKey } from '../request-state.ts';

describe('fastify adapter', () => {
  const tell = (message: unknown): void => {
    for (const { onMessage } of fastifyAdapter.channels ?? []) onMessage(message);
  };

  it('has no module to patch', () => {
    expect(fastifyAdapter.patch({}, 'fastify')).toBe(false);
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['no instance', () => ({ fastify: 'none' })],
    ['an instance without hooks', () => ({ fastify: Object.freeze({ version: '9' }) })],
    [
      'an instance that takes no hooks any more',
      () => ({
        fastify: Object.freeze({
          version: '5.0.0',
          addHook() {
            throw new Error('already listening');
          },
        }),
      }),
    ],
  ])('throws nothing at whoever makes an instance, told of %s', (_case, message) => {
    expect(() => tell(message())).not.toThrow();
  });

  it.each(['4.10.0', '4.29.1', '5.0.0-alpha.1', '5.12.8'])(
    'hooks an instance of version %s that has no handler of errors to be set',
    (version) => {
      const hooks: string[] = [];
      tell({ fastify: { version, addHook: (name: string) => hooks.push(name) } });
      expect(hooks).toEqual(['onRequest', 'onError', 'onSend', 'onRoute']);
    },
  );

  it.each(['3.29.5', '4.9.2', '6.0.0', 'five', undefined])(
    'leaves an instance of version %s as it is',
    (version) => {
      const hooks: string[] = [];
      const setErrorHandler = (): void => {};
      const app = { version, addHook: (name: string) => hooks.push(name), setErrorHandler };
      tell({ fastify: app });
      expect(hooks).toEqual([]);
      expect(app.setErrorHandler).toBe(setErrorHandler);
    },
  );

  it('answers a request that knows nothing of its route', () => {
    let onRequest: ((...values: unknown[]) => void) | undefined;
    const addHook = (name: string, hook: typeof onRequest): void => {
      if (name === 'onRequest') onRequest = hook;
    };
    tell({ fastify: { version: '5.0.0', addHook } });
    const done = vi.fn<() => void>();
    onRequest?.({ raw: {} }, {}, done);
    expect(done).toHaveBeenCalledOnce();
  });

  it.each([
    { aborted: false, title: 'keeps the error of a stream', kept: true },
    {
      aborted: true,
      title: 'keeps no error of a stream that is given up as the client has gone',
      kept: false,
    },
  ])('$title', async ({ aborted, kept }) => {
    let onSend: ((...values: unknown[]) => void) | undefined;
    const addHook = (name: string, hook: typeof onSend): void => {
      if (name === 'onSend') onSend = hook;
    };
    tell({ fastify: { version: '5.0.0', addHook } });
    const state: { error: unknown } = { error: undefined };
    const stream = new PassThrough();
    const failed = once(stream, 'error');
    onSend?.({ raw: { aborted, httpVersionMajor: 2, [requestStateKey]: state } }, {}, stream, () => {});
    const error = new Error('given up');
    stream.destroy(error);
    expect(await failed).toEqual([error]);
    expect(state.error).toBe(kept ? error : undefined);
  });

  it('leaves it to Fastify to refuse a handler of errors that is none', () => {
    const app = Fastify();
    tell({ fastify: app });
    expect(() => app.setErrorHandler('none' as never)).toThrow(
      expect.objectContaining({ code: 'FST_ERR_ERROR_HANDLER_NOT_FN' }),
    );
  });

  it('calls a handler of errors with whatever it is called with', () => {
    const calls: unknown[][] = [];
    let handler: ((...values: unknown[]) => unknown) | undefined;
    const app = { version: '5.0.0', addHook() {}, setErrorHandler: (given: never) => (handler = given) };
    tell({ fastify: app });
    app.setErrorHandler(((...values: unknown[]) => calls.push(values)) as never);
    handler?.('error', 'no request', 'reply');
    expect(calls).toEqual([['error', 'no request', 'reply']]);
  });
});

class Frozen {
  add(): void {}
}
Object.freeze(Frozen.prototype);

/** A class like that of Hono, with this for a router. */
function likeHono(router: unknown): unknown {
  return class {
    readonly router = router;
    basePath(): void {}
  };
}

describe('hono adapter', () => {
  it.each<[string, object]>([
    ['a router that cannot be changed', { Frozen }],
    ['an application without a router', { Hono: likeHono(undefined) }],
    ['an application whose router adds nothing', { Hono: likeHono({}) }],
    ['an application whose router has something else to add', { Hono: likeHono({ add: 'no function' }) }],
    [
      'an application that cannot be made',
      {
        Hono: class {
          constructor() {
            throw new Error('not like this');
          }
          basePath(): void {}
        },
      },
    ],
  ])('refuses %s', (_case, moduleExports) => {
    expect(honoAdapter.patch(moduleExports, 'hono')).toBe(false);
  });

  it('takes the one of several classes that it knows', () => {
    class Router {
      add(): void {}
    }
    expect(honoAdapter.patch({ Frozen, Hono: likeHono({}), Router, Last: Frozen }, 'hono')).toBe(true);
  });

  it('answers requests that came over no connection', async () => {
    honoAdapter.patch(hono, 'hono');
    const app = new hono.Hono().get('/users/:id', (context) => context.text(context.req.param('id')));
    expect(await (await app.request('/users/7')).text()).toBe('7');
  });

  it('has the template of an application that is called for every path, with the rest of it', async () => {
    honoAdapter.patch(hono, 'hono');
    const inner = new hono.Hono().get('/pages/:page', (context) => context.text('ok'));
    const app = new hono.Hono().all('/*', (context) => {
      const url = new URL(context.req.url);
      url.pathname = url.pathname.slice('/v1'.length);
      return inner.fetch(new Request(url), context.env);
    });
    const server = await observe(createServer(getRequestListener(app.fetch)));
    onTestFinished(() => server.close());
    expect(await server.send('/v1/pages/7')).toMatchObject({ route: '/pages/:page', status: 200 });
  });
});
