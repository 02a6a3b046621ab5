import { basename, resolve } from 'node:path';
import { type CommandContext, type Outcome, defineCommand } from '../command.ts';
import { diffText } from '../diff-text.ts';
import { exitCodes } from '../exit-code.ts';
import { type InitPlan, type PlannedEdit, planInit } from '../init/init-plan.ts';
import { RECORD, applyInit, readInitRecord, undoInit } from '../init/init-record.ts';
import type { Paint } from '../paint.ts';
import { count } from '../plural.ts';
import { findProgram, followProgram, missingProgram } from '../programs.ts';
import { textDiff } from '../text-diff.ts';
import { usageError } from '../usage-error.ts';

const options = {
  service: {
    type: 'string',
    value: 'name',
    help: 'What the service is called; by default as package.json says',
  },
  yes: { type: 'boolean', short: 'y', help: 'Write the changes without asking' },
  'dry-run': { type: 'boolean', help: 'Show the changes and write nothing' },
  install: {
    type: 'boolean',
    help: 'Install the dependency afterwards, with the package manager that the package has',
  },
  undo: { type: 'boolean', help: 'Put back what the last init has changed' },
} as const;

export const init = defineCommand({
  name: 'init',
  summary:
    'Adds Sightline to a service: the dependency, the import, the environment, the probes; can be undone',
  description: [
    'Looks at the package: framework, package manager, start scripts, Dockerfile, manifests of Kubernetes. It shows every change as a ' +
      'difference and asks before it writes. What it does not understand it leaves as it is, and says what to do by hand.',
    `--undo puts back exactly what was there, and does nothing where a file was changed since. What was there is kept in ${RECORD}, ` +
      'out of git; a file that is only added to, such as .env with its secrets, is not copied.',
  ],
  argument: {
    name: 'folder',
    help: 'The folder of the package; the current one by default',
    completes: 'file',
  },
  options,
  examples: ['sightline init', 'sightline init services/checkout --yes --install', 'sightline init --undo'],
  async run(context) {
    const { io, values, positionals } = context;
    const folder = resolve(io.cwd, positionals[0] ?? '.');
    const record = await readInitRecord(folder);
    if (values.undo) {
      if (record === undefined) {
        throw usageError({
          problem: 'there is nothing to undo here',
          expected: `${RECORD}, which init writes`,
          fix: 'name the folder of the package that init was run for',
        });
      }
      const files = await undoInit(folder, record);
      return {
        exitCode: exitCodes.ok,
        result: { folder, files },
        text: files.map(({ path, state }) => `${context.paint('green', state.padEnd(8))} ${path}`).join('\n'),
      };
    }
    const plan = await planInit(folder, { service: values.service });
    if (plan.edits.length === 0) return nothingToDo(context, folder, plan);
    if (record !== undefined) {
      throw usageError({
        problem: 'init was run here before, and there is more to change now',
        expected: 'a package without the record of an earlier run',
        fix: `undo it first (sightline init --undo), or take ${RECORD} away to keep what it did`,
      });
    }
    return write(context, folder, plan);
  },
});

type Context = CommandContext<typeof options>;

function nothingToDo({ paint }: Context, folder: string, plan: InitPlan): Outcome {
  return {
    exitCode: exitCodes.ok,
    result: resultOf(folder, plan, false),
    text: [paint('green', 'nothing to do: Sightline is there'), ...notesOf(plan, paint)].join('\n'),
  };
}

async function write(context: Context, folder: string, plan: InitPlan): Promise<Outcome> {
  const { io, values, paint, note } = context;
  const isAsked = !values.yes && !values['dry-run'] && io.isTerminal.stdout;
  const shownPaint = isAsked ? context.notePaint : paint;
  const shown = [
    `${plan.service}: ${plan.framework === 'http' ? 'no framework that is known' : plan.framework}, ${plan.packageManager}, ${plan.moduleKind}`,
    ...plan.edits.map((edit) => editText(edit, shownPaint)),
    ...notesOf(plan, shownPaint),
  ].join('\n\n');
  if (isAsked) note(shown);
  const isAgreed = values.yes || (isAsked && (await answersYes(context)));
  if (values['dry-run'] || !isAgreed) {
    const why = values['dry-run'] ? 'nothing was written' : 'nothing was written: --yes writes it';
    return {
      exitCode: values['dry-run'] ? exitCodes.ok : exitCodes.finding,
      result: resultOf(folder, plan, false),
      text: isAsked ? why : `${shown}\n\n${why}`,
    };
  }
  await applyInit(folder, plan.edits);
  const install = `${plan.packageManager} install`;
  const isInstalled = values.install && (await runInstall(context, folder, plan));
  const next = [
    `${paint('green', `${count(plan.edits.length, 'file')} written`)}; sightline init --undo puts them back`,
    ...(values.install && !isInstalled ? [paint('red', `${install} failed, as it says above`)] : []),
    ...(isInstalled ? [] : [`next: ${install}`]),
    'then start the service, and: curl http://localhost:9464/metrics',
  ];
  return {
    exitCode: values.install && !isInstalled ? exitCodes.finding : exitCodes.ok,
    result: resultOf(folder, plan, true),
    text: isAsked ? next.join('\n') : `${shown}\n\n${next.join('\n')}`,
  };
}

function notesOf({ notes }: InitPlan, paint: Paint): readonly string[] {
  return notes.map((each) => `${paint('yellow', 'note')} ${each}`);
}

/** Of a new file every line, and nothing around them. The lines around those of a `.env` may hold secrets. */
function diffOf({ path, before, after }: PlannedEdit): readonly string[] {
  if (before !== undefined) return textDiff(before, after, basename(path) === '.env' ? 0 : undefined);
  return after
    .trimEnd()
    .split('\n')
    .map((line) => `+${line}`);
}

function editText(edit: PlannedEdit, paint: Paint): string {
  const { path, before } = edit;
  const lines = diffOf(edit);
  return `${paint('bold', before === undefined ? `+++ ${path} (new)` : `--- ${path}`)}\n${diffText(lines, paint)}`;
}

function resultOf(folder: string, plan: InitPlan, isWritten: boolean): object {
  const { framework, packageManager, moduleKind, service, edits, notes } = plan;
  return {
    folder,
    service,
    framework,
    packageManager,
    moduleKind,
    written: isWritten,
    files: edits.map((edit) => ({
      path: edit.path,
      state: edit.before === undefined ? 'new' : 'changed',
      diff: diffOf(edit),
    })),
    notes,
  };
}

async function answersYes({ io, progress }: Context): Promise<boolean> {
  io.stderr.write('\nwrite these changes? [y/N] ');
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of io.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n')) break;
  }
  progress('');
  return /^\s*y(?:es)?\s*$/i.test(text.split('\n')[0]!);
}

/** @returns whether it did what it was to do; what it said if not is told */
async function runInstall({ io, progress, note }: Context, folder: string, plan: InitPlan): Promise<boolean> {
  const path = await findProgram(io, plan.packageManager);
  if (path === undefined)
    throw missingProgram(plan.packageManager, `there is no ${plan.packageManager} on the PATH`);
  const ran = await followProgram({ ...io, cwd: folder }, path, ['install'], (line) =>
    progress(`${plan.packageManager}: ${line}`),
  );
  if (!ran.ok) note(ran.output);
  return ran.ok;
}
