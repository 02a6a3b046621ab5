import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type MetricDefinition, metrics } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../packages', import.meta.url));
/** The packages that run inside a service; the others read. */
const emitting = ['bootstrap', 'health', 'http', 'logger', 'metrics', 'resilience'];

/** Everything that stands between quotes, or is a key, in their sources. */
const names = new Set(
  globSync(`{${emitting.join(',')}}/src/**/*.ts`, { cwd: packages })
    .filter((path) => !/\.(?:test|fixture)\.ts$/.test(path))
    .map((path) => readFileSync(`${packages}/${path}`, 'utf8'))
    .flatMap((text) =>
      Array.from(text.matchAll(/(['"`])([\w.]+)\1|^ +(\w+):/gm), ([, , quoted, key]) => quoted ?? key ?? ''),
    ),
);
const catalogue: [string, MetricDefinition][] = Object.entries(metrics);

describe('the catalogue', () => {
  it('has no metric that nothing emits: its alerts could never fire, and its panels would be empty', () => {
    expect(names.size).toBeGreaterThan(1000);
    const silent = catalogue.filter(
      ([name, { otelName }]) => !names.has(name) && !(otelName !== undefined && names.has(otelName)),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});
