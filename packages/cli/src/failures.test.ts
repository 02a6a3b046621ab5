import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SightlineError } from '@sightline/errors';
import { afterEach, describe, expect, it } from 'vitest';
import { columns } from './columns.ts';
import { exitCodeOf } from './exit-code.ts';
import { fileError, inputFiles, readInput } from './files.ts';
import { planFiles, writeFiles } from './generated-folder.ts';
import { processIo } from './io.ts';
import { createPaint } from './paint.ts';
import { errorsIn, problemJson, problemText } from './problem-text.ts';
import { yamlValue } from './yaml-value.ts';

const folders: string[] = [];
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true });
});
function folder(files: Readonly<Record<string, string>> = {}): string {
  const made = mkdtempSync(join(tmpdir(), 'sightline-files-'));
  folders.push(made);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(made, path, '..'), { recursive: true });
    writeFileSync(join(made, path), content);
  }
  return made;
}
const error = (code: string): SightlineError =>
  new SightlineError(code, { problem: 'p\nq', expected: 'e', fix: 'f' });

describe('exitCodeOf', () => {
  it.each([
    [error('SIGHTLINE_CLI_FILE'), 2],
    [error('SIGHTLINE_CLI_PROGRAM'), 3],
    [error('SIGHTLINE_CLI_PORT'), 1],
    [error('SIGHTLINE_LOCAL_RULES'), 2],
    [error('SIGHTLINE_LOCAL_ALERTMANAGER'), 2],
    [error('SIGHTLINE_LOCAL_OPEN'), 2],
    [error('SIGHTLINE_LOCAL_DATA'), 1],
    [new Error('x'), 70],
    ['x', 70],
    [new AggregateError([error('SIGHTLINE_CLI_PORT'), error('SIGHTLINE_CLI_PROGRAM')]), 3],
    [new AggregateError([error('SIGHTLINE_CLI_PORT'), new Error('x')]), 70],
    [new AggregateError([]), 70],
  ])('of several is that of what has to be mended first: %s', (given, code) => {
    expect(exitCodeOf(given)).toBe(code);
  });
});

describe('problemText', () => {
  const plain = createPaint(false);
  it('tells every error of several, and what is no error as it is', () => {
    const all = errorsIn(new AggregateError([error('A'), new AggregateError(['odd'])]));
    expect(all.map((each) => problemText(each, plain))).toEqual([
      'error p\nq (A)\n  expected: e\n  fix: f\n',
      'fault of sightline itself; please report it:\nodd\n',
    ]);
    expect(all.map(problemJson)).toEqual([
      { code: 'A', problem: 'p\nq', expected: 'e', fix: 'f' },
      { code: 'fault', problem: 'odd' },
    ]);
  });

  it('shows an error that lost its stack by its message', () => {
    const bare = Object.assign(new Error('bare'), { stack: undefined });
    expect(problemText(bare, plain)).toContain('report it:\nbare\n');
    expect(problemJson(bare)).toEqual({ code: 'fault', problem: 'bare' });
  });
});

describe('inputFiles', () => {
  it('has the named ones and those of folders, once, and names everything that is not there', async () => {
    const cwd = folder({
      'rules/b.yml': '',
      'rules/a.yaml': '',
      'rules/c.txt': '',
      'rules/node_modules/x.yml': '',
    });
    const names = (await inputFiles(cwd, ['rules', 'rules/c.txt', 'rules/a.yaml'])).map(({ name }) => name);
    expect(names).toEqual(['rules/a.yaml', 'rules/b.yml', 'rules/c.txt']);
    const away = inputFiles(cwd, ['no', 'neither']);
    await expect(away).rejects.toMatchObject({ errors: [{ code: 'SIGHTLINE_CLI_FILE' }, {}] });
    const [outside] = await inputFiles(join(cwd, 'rules'), [join(cwd, 'rules/c.txt'), cwd]);
    expect(outside?.name).toBe('c.txt');
  });

  it.each([
    [{ code: 'ENOENT' }, 'f is odd: it is not there'],
    [{ code: 'EACCES' }, 'f is odd: the rights are missing'],
    [{ code: 'EISDIR' }, 'f is odd: it is a folder'],
    [{ code: 'ENOTDIR' }, 'f is odd: a part of its path is a file'],
    [{ code: 'ELOOP' }, 'f is odd: ELOOP'],
    [new Error('x'), 'f is odd'],
  ])('says why, in its own words: %j', (cause, problem) => {
    expect(fileError('f', 'is odd', cause).problem).toBe(problem);
  });

  it('reads stdin for a dash, whose letters may come in two parts', async () => {
    const stdin = (async function* parts(): AsyncGenerator<string | Uint8Array> {
      yield 'a ';
      yield Buffer.from([0xc3]);
      yield Buffer.from([0xbc]);
    })();
    expect(await readInput({ cwd: '/', stdin }, '-')).toBe('a ü');
    await expect(readInput({ cwd: '/', stdin }, 'away')).rejects.toMatchObject({
      code: 'SIGHTLINE_CLI_FILE',
    });
  });
});

describe('planFiles', () => {
  it('takes no path that leads out of the folder', async () => {
    const at = folder();
    for (const path of ['../x', '/etc/x', 'a/../../x', 'a/./b'])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(planFiles(at, [{ path, content: '' }])).rejects.toMatchObject({
        code: 'SIGHTLINE_CLI_FILE',
      });
  });

  it('takes every difference for one that somebody made where its record cannot be read', async () => {
    const files = [{ path: 'a', content: 'x' }];
    const planned = await Promise.all(
      ['{', '{}', '[]'].map((record) => planFiles(folder({ '.sightline.json': record, a: 'mine' }), files)),
    );
    expect(planned.flat().map(({ state, before }) => `${state} ${before}`)).toEqual(
      Array(3).fill('changed mine'),
    );
  });

  it('says what cannot be read or written', async () => {
    const at = folder({ 'a/b': '', file: '' });
    await expect(planFiles(at, [{ path: 'a', content: '' }])).rejects.toMatchObject({
      problem: 'a cannot be read: it is a folder',
    });
    const planned = await planFiles(at, [{ path: 'x', content: '' }]);
    await expect(writeFiles(join(at, 'file'), planned)).rejects.toMatchObject({ code: 'SIGHTLINE_CLI_FILE' });
  });
});

describe('yamlValue', () => {
  it('refuses what is no YAML, and aliases that lead nowhere', () => {
    expect(() => yamlValue('f', 'a: [')).toThrow(expect.objectContaining({ code: 'SIGHTLINE_CLI_FILE' }));
    expect(() => yamlValue('f', 'a: *b')).toThrow(expect.objectContaining({ code: 'SIGHTLINE_CLI_FILE' }));
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]\n`;
    const bomb = `a: &a [x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}`;
    expect(() => yamlValue('f', bomb)).toThrow(expect.objectContaining({ code: 'SIGHTLINE_CLI_FILE' }));
  });
});

describe('columns', () => {
  it('makes every column as wide as what is in it, and nothing of nothing', () => {
    expect(
      columns([
        ['a', 'bb', 'c'],
        ['aaa', '', 'c'],
      ]),
    ).toEqual(['a    bb  c', 'aaa      c']);
    expect(columns([])).toEqual([]);
  });
});

describe('processIo', () => {
  it('is that of the process', () => {
    const { signal } = new AbortController();
    const io = processIo(process, signal);
    expect(io).toMatchObject({ stdout: process.stdout, env: process.env, cwd: process.cwd(), signal });
    expect(io.now).toBe(Date.now);
  });
});
