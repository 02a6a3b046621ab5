import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';
import { recordError, requestState, setRoute } from './request-state.ts';

describe('setRoute', () => {
  it.each([
    { routes: ['/a', '/a/:id'], expected: '/a/:id' },
    { routes: ['/a', undefined], expected: undefined },
    { routes: [''], expected: undefined },
    { routes: [`/${'a'.repeat(1000)}`], expected: `/${'a'.repeat(255)}` },
  ])('leaves the last of $routes', async ({ routes, expected }) => {
    const { seen } = testRecorder();
    const port = await listening(
      createServer((request, response) => {
        for (const route of routes) setRoute(request, route);
        response.end();
      }),
    );
    (await rawClient(port)).send(get('/a/7'));
    expect((await seen(1))[0]?.kind.route).toBe(expected);
  });

  it('does nothing to a request that is not recorded', async () => {
    const port = await listening(
      createServer((request, response) => {
        setRoute(request, '/a');
        recordError(request, new Error('x'));
        response.end(typeof requestState(request));
      }),
    );
    const client = await rawClient(port);
    client.send(get('/'));
    expect(await client.received('undefined')).toContain('undefined');
  });
});
