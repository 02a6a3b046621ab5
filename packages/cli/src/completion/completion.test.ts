import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWith } from '../fake-io.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-completion-'));
// The first one loads what makes dashboards, for their names.
beforeAll(() => runWith('completion bash'), 30_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'slos.yml'), '');

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];
const present = new Set(shells.filter((shell) => spawnSync(shell, ['--version']).error === undefined));

/** The last word is the one that is completed. */
const cases: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['al'], ['alerts']],
  [
    ['alerts', ''],
    ['lint', 'test', 'generate', 'fire'],
  ],
  [['alerts', 'g'], ['generate']],
  [['alerts', 'fire', '--resol'], ['--resolve']],
  [['alerts', 'fire', '--resolve', '--dr'], ['--dry-run']],
  [
    ['slo', 'rules', '--form', ''],
    ['prometheus', 'kubernetes'],
  ],
  [['dashboards', 'push', 'fl'], ['fleet']],
  [['slo', 'check', 'slo'], ['slos.yml']],
  [['completion', 'z'], ['zsh']],
  [['do'], ['doctor', 'down']],
  [
    ['doctor', '--without', ''],
    ['app', 'prometheus', 'alertmanager', 'loki', 'tempo', 'grafana'],
  ],
  [['up', '--nat'], ['--native']],
  [
    ['up', '--profile', ''],
    ['collector', 'host', 'demo'],
  ],
  [['open', 'prom'], ['prometheus']],
  [['init', '--und'], ['--undo']],
  [['--js'], ['--json']],
];

/** Words as the shell itself quotes them. */
const quotedWords = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');

/** What each shell runs to say what it would offer; zsh without its line editor, so with its own functions in place. */
const asked: Readonly<Record<Shell, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    '--norc',
    '-c',
    `source ./script; COMP_WORDS=(sightline ${quotedWords(words)}); COMP_CWORD=${words.length}; _sightline; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  zsh: (words) => [
    '-f',
    '-c',
    `_describe() { local each; for each in "\${(@P)@[-1]}"; do [[ "\${each%%:*}" == "$now"* ]] && print -r -- "\${each%%:*}"; done }
compadd() { shift; local each; for each in "$@"; do [[ "$each" == "$now"* ]] && print -r -- "$each"; done }
_files() { print -rl -- "$now"*(N) }
compset() { : }
source ./script; words=(sightline ${quotedWords(words)}); CURRENT=${words.length + 1}; now="\${words[CURRENT]}"; _sightline; true`,
  ],
  fish: (words) => ['--no-config', '-c', `source ./script; complete -C "sightline ${words.join(' ')}"`],
};

/** What is offered, sorted. */
async function completed(shell: Shell, words: readonly string[]): Promise<readonly string[]> {
  const { stdout: script } = await runWith(`completion ${shell}`);
  writeFileSync(join(folder, 'script'), script);
  const output = execFileSync(shell, asked[shell](words), { cwd: folder, encoding: 'utf8' });
  return output
    .split('\n')
    .flatMap((line) => line.split('\t')[0] || [])
    .toSorted();
}

describe.each(shells)('the completion for %s', (shell) => {
  it.for(cases)('offers for %j: %j', async ([words, offered], { skip }) => {
    if (!present.has(shell)) skip(`${shell} is not installed`);
    expect(await completed(shell, words)).toEqual([...offered].toSorted());
  });
});

/** What stands behind `=` is a word of its own in bash. */
const assigned: typeof cases = [
  [
    ['slo', 'rules', '--form', '='],
    ['prometheus', 'kubernetes'],
  ],
  [['slo', 'rules', '--form', '=', 'k'], ['kubernetes']],
  [['dashboards', 'push', '--overwrite', '=', 'a'], ['always']],
];

describe('the completion for bash, behind =', () => {
  it.for(assigned)('offers for %j: %j', async ([words, offered], { skip }) => {
    if (!present.has('bash')) skip('bash is not installed');
    expect(await completed('bash', words)).toEqual([...offered].toSorted());
  });
});

describe('the completion', () => {
  it.each(shells)('has no line of another shell in it, and says what it is: %s', async (shell) => {
    const { stdout } = await runWith(`completion ${shell}`);
    expect(stdout).toContain(`# Completes sightline in ${shell}.`);
    expect(stdout).not.toMatch(/undefined|\[object/);
  });
});
