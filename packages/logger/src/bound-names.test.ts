import { describe, expect, it } from 'vitest';
import { isBound, withNames, withoutRepeated, writtenName } from './bound-names.ts';
import { captureLines, isolateLoggers } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { Logger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';

describe('a line', () => {
  isolateLoggers();

  function written(use: (log: Logger) => void, options: LoggerOptions = {}): string {
    const { stream, text } = captureLines();
    use(createLogger({ base: { app: 'shop', a: 0 }, timestamp: false, ...options }, stream));
    return text();
  }

  it.each<{ title: string; use: (log: Logger) => void; line: string; options?: LoggerOptions }>([
    { title: 'the field', use: (log) => log.info({ a: 1 }, 'x'), line: '"app":"shop","a":1,"msg":"x"' },
    { title: 'the child', use: (log) => log.child({ a: 1 }).info('x'), line: '"app":"shop","a":1,"msg":"x"' },
    {
      title: 'the last of children and fields',
      use: (log) => log.child({ a: 1, b: 'y' }).child({ a: 2 }).info({ b: 3 }, 'x'),
      line: '"app":"shop","a":2,"b":3,"msg":"x"',
    },
    {
      title: 'what was bound later',
      use(log) {
        const child = log.child({ c: 1 });
        child.setBindings({ c: 2, a: 2 });
        child.info('x');
      },
      line: '"app":"shop","c":2,"a":2,"msg":"x"',
    },
    {
      title: 'the mixin',
      use: (log) => log.info('x'),
      line: '"app":"shop","a":5,"msg":"x"',
      options: { mixin: () => ({ a: 5 }) },
    },
    {
      title: 'the last where the line has a name of its own for them',
      use: (log) => log.child({ level: 'skipped' }).child({ msg: 1 }).info({ msg: 2 }, 'x'),
      line: '"app":"shop","a":0,"app_msg":2,"msg":"x"',
    },
    {
      title: 'a child’s where a sibling has another',
      use(log) {
        log.child({ a: 1 });
        log.child({ b: 1 }).info('x');
      },
      line: '"app":"shop","a":0,"b":1,"msg":"x"',
    },
    {
      title: 'both where fields stand apart',
      use: (log) => log.info({ a: 1 }, 'x'),
      line: '"app":"shop","a":0,"n":{"a":1},"msg":"x"',
      options: { nestedKey: 'n' },
    },
    {
      title: 'a name within a binding and beside it',
      use: (log) => log.child({ user: { x: 1, id: 7 } }).info({ id: 8 }, 'x'),
      line: '"app":"shop","a":0,"user":{"x":1,"id":7},"id":8,"msg":"x"',
    },
    {
      title: 'the binding where the field has no value',
      use: (log) => log.info({ a: undefined }, 'x'),
      line: '"app":"shop","a":0,"msg":"x"',
    },
  ])('has each name once: $title', ({ use, line, options }) => {
    expect(written(use, options)).toBe(`{"level":"info",${line}}\n`);
  });
});

describe('withNames', () => {
  it('adds nothing where all of them are bound, however often that is done', () => {
    const bound = withNames(withNames(undefined, ['a', 'b']), ['b', 'c']);
    expect(withNames(bound, ['c', 'a'])).toBe(bound);
    expect(['a', 'b', 'c', 'd', ''].filter((name) => isBound(bound, name))).toEqual(['a', 'b', 'c']);
  });
});

describe('writtenName', () => {
  it.each([
    [',"a":1', 'a'],
    [`,${JSON.stringify('a":\\')}:"b"`, 'a":\\'],
    [',"":"x"', ''],
  ])('of %s is %j', (field, name) => {
    expect(writtenName(field)).toBe(name);
  });
});

describe('withoutRepeated', () => {
  it.each([
    { bindings: ',"a":1,"b":2', names: ['b'], left: ',"a":1' },
    { bindings: ',"a":1', names: ['a', 'c'], left: '' },
    { bindings: ',"b":{"a":1}', names: ['a'], left: ',"b":{"a":1}' },
    { bindings: ',"__proto__":1,"x":1', names: ['__proto__'], left: ',"x":1' },
    { bindings: '', names: [], left: '' },
  ])('leaves $left of $bindings before $names', ({ bindings, names, left }) => {
    expect(withoutRepeated(bindings, names)).toBe(left);
  });
});
