import { describe, expect, it } from 'vitest';
import { defineCommand } from './command.ts';
import { parseArguments } from './parse-arguments.ts';

const command = defineCommand({
  name: 'try',
  summary: '',
  description: [],
  argument: { name: 'file', help: 'a file', required: true },
  options: {
    out: { type: 'string', short: 'o', value: 'folder', help: '', env: ['OUT', 'OUT_OLD'] },
    label: { type: 'string', help: '', multiple: true },
    color: { type: 'string', help: '', default: 'red', choices: ['red', 'green'] },
    force: { type: 'boolean', help: '' },
  },
  examples: [],
  run: () => ({ exitCode: 0, result: null, text: '' }),
});
const parse = (line: string, env = {}): ReturnType<typeof parseArguments> =>
  parseArguments(command, line.split(' '), env);

describe('parseArguments', () => {
  it('takes the command line before the environment, and that before the default', () => {
    expect(parse('a').values).toMatchObject({ out: undefined, label: [], color: 'red', force: false });
    expect(parse('a', { OUT: '', OUT_OLD: 'old' }).values).toMatchObject({ out: 'old' });
    expect(parse('a', { OUT: 'new', OUT_OLD: 'old' }).values).toMatchObject({ out: 'new' });
    expect(parse('a -o b', { OUT: 'new' }).values).toMatchObject({ out: 'b' });
  });

  it('takes options before, between and behind arguments, and nothing behind -- as one', () => {
    expect(parse('--force a --label=x=1 --label y')).toMatchObject({
      values: { force: true, label: ['x=1', 'y'] },
      positionals: ['a'],
      problems: [],
    });
    expect(parse('-- --force')).toMatchObject({
      values: { force: false },
      positionals: ['--force'],
      problems: [],
    });
  });

  it.each([
    ['a --out', '--out has no value'],
    ['a --out=', '--out has no value'],
    ['a --out --force', '--out has no value'],
    ['a --out x --out y', '--out is there more than once'],
    ['a --force=true', '--force got a value'],
    ['a --no-force', '--no-force is not an option of sightline try'],
    ['a -x', '-x is not an option of sightline try'],
    ['a --constructor', '--constructor is not an option of sightline try'],
    ['a --color blue', '--color has a value that it does not take'],
    ['--force', 'sightline try needs <file>'],
    ['a b', 'sightline try got 2 arguments'],
  ])('finds what is wrong with %s', (line, problem) => {
    expect(parse(line).problems.map((each) => each.problem)).toEqual([problem]);
  });

  it('takes a value that starts with a dash behind =', () => {
    expect(parse('a --out=-x')).toMatchObject({ values: { out: '-x' }, problems: [] });
  });

  it('names the variable where the wrong value comes from it', () => {
    const checked = defineCommand({
      ...command,
      options: { out: { type: 'string', help: '', env: ['OUT'], check: () => 'else' } },
    });
    expect(parseArguments(checked, ['a'], { OUT: 'x' }).problems[0]?.problem).toBe('OUT has a wrong value');
  });
});
