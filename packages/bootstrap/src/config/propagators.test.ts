import { ROOT_CONTEXT, defaultTextMapGetter, defaultTextMapSetter, trace } from '@opentelemetry/api';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEnvironmentReader } from './environment.ts';
import { createPropagator, loadFromService, propagatorsFromEnvironment } from './propagators.ts';
import type { PropagatorName } from './words.ts';

const require = createRequire(import.meta.url);
const context = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
});

function injected(names: readonly PropagatorName[]): Record<string, string> {
  const carrier = {};
  createPropagator(names, require).inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

describe('createPropagator', () => {
  it.each<[PropagatorName[], string[]]>([
    [['tracecontext', 'baggage'], ['traceparent']],
    [['b3'], ['b3']],
    [['b3multi'], ['x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid']],
    [[], []],
  ])('with %j writes %j', (names, headers) => {
    expect(
      Object.keys(injected(names))
        .map((name) => name.toLowerCase())
        .toSorted(),
    ).toEqual(headers);
  });

  it('reads what it writes', () => {
    const read = createPropagator(['tracecontext', 'b3multi'], require).extract(
      ROOT_CONTEXT,
      injected(['b3multi']),
      defaultTextMapGetter,
    );
    expect(trace.getSpanContext(read)?.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });
});

describe('propagatorsFromEnvironment', () => {
  it('keeps what is installed and reports the rest with how to install it', () => {
    const fixes: string[] = [];
    const read = createEnvironmentReader({ OTEL_PROPAGATORS: 'b3,jaeger,tracecontext,b3' }, ({ fix }) =>
      fixes.push(fix),
    );
    const load = (name: string): unknown => (name.endsWith('b3') ? require(name) : undefined);
    expect(propagatorsFromEnvironment(read, load)).toEqual(['b3', 'tracecontext']);
    expect(fixes).toEqual([expect.stringContaining('npm install @opentelemetry/propagator-jaeger')]);
  });

  it('falls back to the default when nothing is left', () => {
    const read = createEnvironmentReader({ OTEL_PROPAGATORS: 'jaeger' }, () => {});
    expect(propagatorsFromEnvironment(read, () => undefined)).toEqual(['tracecontext', 'baggage']);
  });
});

describe('createPropagator', () => {
  it.each([
    { what: 'is not installed', found: undefined },
    { what: 'has another shape', found: {} },
    { what: 'has half of its shape', found: { B3Propagator: Object } },
  ])('leaves out those whose package $what', ({ found }) => {
    const propagator = createPropagator(['tracecontext', 'b3', 'b3multi', 'jaeger'], () => found);
    expect(propagator.fields()).toEqual(['traceparent', 'tracestate']);
  });
});

describe('loadFromService', () => {
  it('looks in the folder also when there is no program, as in a shell', () => {
    const { argv } = process;
    process.argv = argv.slice(0, 1);
    try {
      expect(loadFromService('@opentelemetry/propagator-b3')).toHaveProperty('B3Propagator');
    } finally {
      process.argv = argv;
    }
  });

  it.each([
    { what: 'its folder', entry: '.' },
    { what: 'a file of it', entry: 'dist/server.js' },
  ])('looks where the service is when it is started by $what', ({ entry }) => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-propagators-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const name = 'propagator-of-the-service';
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), 'module.exports = 7;');
    expect(loadFromService(name, join(folder, entry))).toBe(7);
  });

  it('finds what the service has installed, and gives undefined for what it has not', () => {
    expect(loadFromService('@opentelemetry/propagator-b3', import.meta.filename)).toHaveProperty(
      'B3Propagator',
    );
    expect(loadFromService('no-such-package', undefined)).toBeUndefined();
  });
});
