import { describe, expect, it } from 'vitest';
import { pnpFlags } from './pnp-flags.ts';

describe('pnpFlags', () => {
  it("has the hooks of Yarn's Plug'n'Play and no others", () => {
    const options = '--require /app/.pnp.cjs --experimental-loader file:///app/.pnp.loader.mjs --inspect';
    expect(pnpFlags(['--import', './instrument.js', '--require=./.pnp.cjs', '-r'], options)).toEqual([
      '--require',
      '/app/.pnp.cjs',
      '--experimental-loader',
      'file:///app/.pnp.loader.mjs',
      '--require',
      './.pnp.cjs',
    ]);
    expect(pnpFlags(['--import=./instrument.js'], '')).toEqual([]);
  });
});
