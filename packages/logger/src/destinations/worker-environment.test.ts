import { describe, expect, it } from 'vitest';
import { workerFlags, workerVariables } from './worker-environment.ts';

describe('workerFlags', () => {
  it('leaves hooks, inspectors and heap sizes behind', () => {
    const flags = [
      '--import',
      './instrument.js',
      '--require=./x.cjs',
      '--inspect',
      '--max-old-space-size=100',
    ];
    expect(workerFlags(flags, '--import ./other.js --enable-source-maps', false)).toEqual(['--no-warnings']);
  });

  it('keeps conditions, from the command line and from NODE_OPTIONS', () => {
    expect(workerFlags(['-C', 'development'], '--conditions=custom --use-system-ca', false)).toEqual([
      '--no-warnings',
      '--conditions=custom',
      '--use-system-ca',
      '-C',
      'development',
    ]);
  });

  it("keeps the hooks of Yarn's Plug'n'Play, by which packages are found", () => {
    const options =
      '--require /app/.pnp.cjs --experimental-loader file:///app/.pnp.loader.mjs --import ./instrument.js';
    expect(workerFlags(['--require=C:\\app\\.pnp.cjs', '-r', './x.pnp.cjs'], options, false)).toEqual([
      '--no-warnings',
      '--require',
      '/app/.pnp.cjs',
      '--experimental-loader',
      'file:///app/.pnp.loader.mjs',
      '--require',
      'C:\\app\\.pnp.cjs',
    ]);
  });

  it('finds the siblings as source when it runs as source', () => {
    expect(workerFlags([], undefined, true)).toContain('--conditions=@sightline/source');
  });
});

describe('workerVariables', () => {
  it('takes NODE_OPTIONS out and nothing else', () => {
    const env = { NODE_OPTIONS: '--import ./x.js', HTTPS_PROXY: 'http://proxy' };
    expect(workerVariables(env)).toEqual({ HTTPS_PROXY: 'http://proxy' });
    expect(env.NODE_OPTIONS).toBe('--import ./x.js');
  });
});
