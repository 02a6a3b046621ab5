import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { findInClosure } from './closure-search.ts';

interface Config {
  readonly windowMs: number;
}

const isConfig = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && 'windowMs' in value;

/** A function around which there is a configuration, in a function that it calls. */
const WRAPPED = `(() => {
  const config = { windowMs: 60_000 };
  const inner = () => config;
  return () => inner();
})()`;

describe('findInClosure', () => {
  it('finds what a function within a function closes over', () => {
    const config = { windowMs: 60_000 };
    const inner = (): Config => config;
    expect(findInClosure(() => inner(), isConfig)).toBe(config);
  });

  it('finds it in a context of its own, as each file of tests has one in Jest', () => {
    const source = readFileSync(new URL('closure-search.ts', import.meta.url), 'utf8');
    const code = stripTypeScriptTypes(source).replaceAll('export ', '');
    const found = runInContext(
      `(process, accepts) => { ${code}; return findInClosure(${WRAPPED}, accepts); }`,
      createContext({}),
    )(process, isConfig);
    expect(found).toEqual({ windowMs: 60_000 });
  });

  it('finds nothing where there is nothing', () => {
    expect(findInClosure(() => {}, isConfig)).toBeUndefined();
  });

  it('leaves nothing behind on the global object', () => {
    const before = Object.getOwnPropertySymbols(globalThis);
    findInClosure(() => {}, isConfig);
    expect(Object.getOwnPropertySymbols(globalThis)).toEqual(before);
  });
});
