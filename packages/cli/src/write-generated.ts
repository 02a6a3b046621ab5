import { SightlineError } from '@sightline/errors';
import type { Outcome } from './command.ts';
import { diffText } from './diff-text.ts';
import { exitCodes } from './exit-code.ts';
import { type PlannedFile, planFiles, writeFiles } from './generated-folder.ts';
import type { Paint } from './paint.ts';
import { count } from './plural.ts';
import { textDiff } from './text-diff.ts';

export interface Generation {
  readonly folder: string;
  /** The folder as the user named it. */
  readonly shownFolder: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly dryRun: boolean;
  readonly force: boolean;
}

const states = { new: 'new', same: 'same', old: 'update', changed: 'changed' } as const;

/** Writes files into a folder, all of them or none: none where somebody has changed one, unless that is forced. */
export async function writeGenerated(
  { folder, shownFolder, files, dryRun, force }: Generation,
  paint: Paint,
): Promise<Outcome> {
  const planned = await planFiles(folder, files);
  const changed = planned.filter(({ state }) => state === 'changed');
  const refused = changed.length > 0 && !force;
  const written = !refused && !dryRun;
  if (written) await writeFiles(folder, planned);
  const differing = planned.filter(({ state }) => state !== 'same');
  // A refusal shows what would be lost, not also what would be renewed.
  const shown = written ? [] : refused ? changed : differing;
  const done = written ? 'written' : 'would be written, and none was';
  return {
    exitCode: refused ? exitCodes.finding : exitCodes.ok,
    problems: refused ? [changedFiles(changed)] : [],
    result: {
      folder,
      written,
      files: planned.map((file) => ({
        path: file.path,
        state: states[file.state],
        ...(shown.includes(file) && { diff: difference(file) }),
      })),
    },
    text: [
      ...differing.map((file) => lineOf(file, paint)),
      ...shown
        .filter(({ state }) => state !== 'new')
        .map((file) => `--- ${file.path}\n${diffText(difference(file), paint)}`),
      `${shownFolder}: ${differing.length} of ${count(planned.length, 'file')} ${done}`,
    ].join('\n'),
  };
}

function changedFiles(changed: readonly PlannedFile[]): SightlineError {
  return new SightlineError('SIGHTLINE_CLI_CHANGED_FILES', {
    problem: `${count(changed.length, 'file')} would be written over and ${changed.length === 1 ? 'is' : 'are'} not as the last run left ${changed.length === 1 ? 'it' : 'them'}: ${changed.map(({ path }) => path).join(', ')}`,
    expected: 'files as they were generated, or none',
    fix: 'move the changes into the options, or write over them with --force',
  });
}

function lineOf({ path, state }: PlannedFile, paint: Paint): string {
  return `${paint(state === 'changed' ? 'red' : 'green', states[state].padEnd(7))} ${path}`;
}

/** Keys of Alertmanager whose values are secrets, or URLs that are. */
const SECRET = /^(?<start>.*\b(?:api_url|routing_key|api_key|auth_password|webhook_url|bot_token|url): ).+$/;

function difference({ before, content, path }: PlannedFile): readonly string[] {
  const lines = textDiff(before, content);
  return path === 'alertmanager.yml' ? lines.map((line) => line.replace(SECRET, '$<start>(hidden)')) : lines;
}
