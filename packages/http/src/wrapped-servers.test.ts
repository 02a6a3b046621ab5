import { Server, createServer } from 'node:http';
import { Server as HttpsServer, createServer as createHttpsServer, request } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificate } from './client/tls-certificate.fixture.ts';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';

type Emit = (this: unknown, ...args: unknown[]) => boolean;

/** As the http instrumentation of OpenTelemetry does it: a method of the prototype itself, over what it inherits now. */
function wrapped(ServerClass: { readonly prototype: object } = Server): {
  readonly events: unknown[];
  undo(): void;
} {
  const prototype = ServerClass.prototype as { emit: Emit };
  const inherited = prototype.emit;
  const events: unknown[] = [];
  function emit(this: unknown, ...args: unknown[]): boolean {
    events.push(args[0]);
    return Reflect.apply(inherited, this, args);
  }
  prototype.emit = emit;
  return {
    events,
    undo() {
      if (prototype.emit === emit) Reflect.deleteProperty(prototype, 'emit');
    },
  };
}

describe('servers whose emit somebody else has wrapped', () => {
  it.each(['before', 'after'])('are recorded once a request when that was %s the recorder', async (when) => {
    let foreign = when === 'before' ? wrapped() : undefined;
    onTestFinished(() => foreign?.undo());
    const { seen } = testRecorder();
    foreign ??= wrapped();
    const port = await listening(createServer((_request, response) => response.end('here')));
    const client = await rawClient(port);
    client.send(get('/first') + get('/second'));
    expect((await seen(2)).map(({ target }) => target)).toEqual(['/first', '/second']);
    expect(foreign.events.filter((event) => event === 'request')).toHaveLength(2);
  });

  it.each(['before', 'after'])(
    'are recorded once a request over TLS when that was %s the recorder',
    async (when) => {
      let foreign = when === 'before' ? wrapped(HttpsServer) : undefined;
      onTestFinished(() => foreign?.undo());
      const { seen } = testRecorder();
      foreign ??= wrapped(HttpsServer);
      const server = createHttpsServer(createCertificate(), (_request, response) => response.end('here'));
      const port = await listening(server);
      const outgoing = request({ host: '127.0.0.1', port, path: '/only', rejectUnauthorized: false });
      outgoing.on('response', (response) => response.resume()).end();
      expect(await seen(1)).toMatchObject([{ target: '/only', kind: { scheme: 'https', status: 200 } }]);
      expect(foreign.events.filter((event) => event === 'request')).toHaveLength(1);
    },
  );

  it('have what was there before when the recorder ends', () => {
    const foreign = wrapped();
    onTestFinished(foreign.undo);
    const before = Server.prototype.emit;
    const { recorder } = testRecorder();
    expect(Server.prototype.emit).not.toBe(before);
    recorder.disable();
    expect(Server.prototype.emit).toBe(before);
  });
});
