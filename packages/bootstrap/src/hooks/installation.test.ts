import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { hookedFiles } from './hooked-files.ts';
import { type InstallationFacts, installationFindings, seesGlobalsOf } from './installation.ts';
import { gatherInstallation } from './installation-facts.ts';

const api = { name: '@opentelemetry/api', version: '1.10.0', root: '/own/api' };
const sound: InstallationFacts = {
  ownApi: api,
  apis: [api],
  registered: undefined,
  loaded: new Set(['express']),
  listening: false,
  preloads: 1,
};

/** Code and severity of each finding, and the beginning of what it says. */
function found(changes: Partial<InstallationFacts>): string[] {
  return installationFindings({ ...sound, ...changes }).map(
    ({ code, severity, problem }) => `${code} ${severity}: ${problem}`,
  );
}

describe('installationFindings', () => {
  it('finds nothing wrong with a sound installation', () => {
    expect(found({})).toEqual([]);
    expect(found({ registered: { version: '1.10.0', kinds: ['diag'] } })).toEqual([]);
  });

  it('tells of an SDK that was there before', () => {
    expect(found({ registered: { version: '1.10.0', kinds: ['trace', 'context', 'diag'] } })).toEqual([
      'SIGHTLINE_FOREIGN_SDK error: another OpenTelemetry SDK has registered trace, context before',
    ]);
  });

  it('tells of another version of the API that was first, and takes no registration of this one', () => {
    expect(found({ registered: { version: '1.9.0', kinds: ['diag'] } })).toEqual([
      'SIGHTLINE_TWO_APIS error: @opentelemetry/api 1.9.0 was used first, and takes nothing from version 1.10.0',
    ]);
  });

  it('warns of a copy of the API that does not see what is registered, and notes one that does', () => {
    const copies = [
      { ...api, version: '1.11.0', root: '/app/api' },
      { ...api, version: '1.9.0', root: '/lib/api' },
    ];
    expect(found({ apis: [api, ...copies, copies[0]!] })).toEqual([
      'SIGHTLINE_TWO_APIS warn: the service has @opentelemetry/api 1.11.0 in /app/api, which does not see what version 1.10.0 has registered',
      'SIGHTLINE_TWO_APIS info: the service has @opentelemetry/api 1.9.0 in /lib/api, which shares what version 1.10.0 has registered',
    ]);
  });

  it('tells of a server that was listening before', () => {
    expect(found({ listening: true })).toEqual([
      'SIGHTLINE_LOADED_LATE error: a server was listening already when Sightline was loaded',
    ]);
  });

  it.each([
    ['pino-http', 'log lines of requests'],
    ['express-prom-bundle', 'metrics of requests'],
    ['@opentelemetry/instrumentation-http', 'spans of requests'],
  ])('warns that with %s %s come twice', (name, what) => {
    expect(found({ loaded: new Set([name]) })).toEqual([
      `SIGHTLINE_DOUBLE_TELEMETRY warn: ${name} is loaded, and ${what} may come twice`,
    ]);
  });

  it('warns of a copy of the API of which no version is known', () => {
    const unknown = { name: api.name, version: undefined, root: '/app/api' };
    expect(found({ apis: [unknown] })).toEqual([
      'SIGHTLINE_TWO_APIS warn: the service has @opentelemetry/api of an unknown version in /app/api, which does not see what version 1.10.0 has registered',
    ]);
  });

  it('notes that it is preloaded twice', () => {
    expect(found({ preloads: 2 })[0]).toContain('is named 2 times');
  });
});

describe('seesGlobalsOf', () => {
  it.each([
    ['1.10.0', '1.10.0', true],
    ['1.4.1', '1.10.0', true],
    ['1.10.3', '1.10.0', true],
    ['1.11.0', '1.10.0', false],
    ['2.0.0', '1.10.0', false],
    ['1.9.0-rc.1', '1.10.0', false],
    ['next', 'next', true],
  ])('of %s registered by %s is %s', (version, registeredBy, expected) => {
    expect(seesGlobalsOf(version, registeredBy)).toBe(expected);
  });
});

const API = Symbol.for('opentelemetry.js.api.1');
const before: unknown = Reflect.get(globalThis, API);

describe('gatherInstallation', () => {
  afterEach(() => {
    Reflect.set(globalThis, API, before);
  });

  it('finds what another SDK has registered', () => {
    Reflect.set(globalThis, API, { version: '1.9.0', trace: {}, context: {}, metrics: undefined, diag: {} });
    expect(gatherInstallation().registered).toEqual({
      version: '1.9.0',
      kinds: ['trace', 'context', 'diag'],
    });
  });

  it('finds also what a registration without a version has registered', () => {
    Reflect.set(globalThis, API, { trace: {} });
    expect(gatherInstallation().registered).toEqual({ version: 'of an unknown version', kinds: ['trace'] });
  });

  it.each([
    { what: 'has no file', argv: ['node'] },
    { what: 'is not there', argv: ['node', '/nowhere/server.js'] },
  ])('finds what is used here also when the program $what', ({ argv }) => {
    expect(gatherInstallation(argv, [], '')).toMatchObject({
      ownApi: { name: '@opentelemetry/api', version: expect.any(String) as unknown },
      preloads: 0,
    });
  });

  it('finds a server that listens', async () => {
    const forget = (): void => {
      Reflect.deleteProperty(globalThis, Symbol.for('sightline.bootstrap.hooked-files.1'));
    };
    // Other tests of this process may have left it.
    forget();
    onTestFinished(forget);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(gatherInstallation().listening).toBe(true);
    // An instance was there before, which has seen it.
    hookedFiles();
    expect(gatherInstallation().listening).toBe(false);
    server.close();
  });

  it('finds what is installed for the program, and how often it is preloaded', () => {
    const program = new URL('program.ts', import.meta.url).pathname;
    const facts = gatherInstallation(
      ['node', program],
      ['--import', '@sightline/bootstrap/register'],
      '--import=/app/node_modules/@sightline/bootstrap/dist/register.js --no-warnings',
    );
    expect(facts.ownApi).toMatchObject({ name: '@opentelemetry/api' });
    expect(facts.apis).toContainEqual(facts.ownApi);
    expect(facts.preloads).toBe(2);
  });
});
