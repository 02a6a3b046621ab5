import type { Command, CommandContext, Outcome } from './command.ts';
import { commands } from './command-table.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { findCommand } from './find-command.ts';
import { helpJson } from './help/help-json.ts';
import { commandHelp, overview } from './help/help-text.ts';
import { textWidth } from './help/wrap.ts';
import type { Io } from './io.ts';
import { createPaint, hasColor } from './paint.ts';
import { parseArguments } from './parse-arguments.ts';
import { errorsIn, problemJson, problemText } from './problem-text.ts';
import { createProgress } from './progress.ts';
import { usageError } from './usage-error.ts';
import { version } from './version.ts';

/**
 * The command `sightline`.
 *
 * @param argv what stands behind the name of the program
 * @returns the exit code; `exitCodes` says what each means. Never rejects.
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const { command, words, rest, problem } = findCommand(commands, argv);
  // Without a command, the options that every command takes are all there are.
  const parsed = parseArguments(command ?? groupCommand(words), rest, io.env);
  const json = parsed.values['json'] === true;
  const noColor = parsed.values['no-color'] === true;
  const paint = createPaint(hasColor(io.env, { isTerminal: io.isTerminal.stdout, noColor }));
  const errorPaint = createPaint(hasColor(io.env, { isTerminal: io.isTerminal.stderr, noColor }));
  const style = { paint, width: textWidth(io) };
  const progress = createProgress(io);
  const name = words.join(' ');

  function fail(error: unknown, exitCode = exitCodeOf(error)): ExitCode {
    progress.clear();
    const errors = errorsIn(error);
    if (json) print({ command: name, exitCode, problems: errors.map(problemJson), result: null });
    io.stderr.write(errors.map((each) => problemText(each, errorPaint)).join(''));
    return exitCode;
  }
  function print(document: object): void {
    io.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }
  function succeed({ exitCode, result, text, problems = [] }: Outcome): ExitCode {
    progress.clear();
    if (json) print({ command: name, exitCode, problems: problems.map(problemJson), result });
    else if (text !== '') io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    io.stderr.write(problems.map((each) => problemText(each, errorPaint)).join(''));
    return exitCode;
  }
  function ok(result: unknown, text: string): ExitCode {
    return succeed({ exitCode: exitCodes.ok, result, text });
  }

  try {
    if (parsed.values['version'] === true) return ok({ version: version() }, version());
    if (problem !== undefined) return fail(problem);
    if (command === undefined) {
      if (parsed.problems.length > 0) return fail(new AggregateError(parsed.problems));
      if (words.length > 0 && parsed.values['help'] !== true) return fail(incomplete(words));
      return ok(helpJson(commands, words), overview(commands, words, style));
    }
    if (parsed.values['help'] === true) return ok(helpJson(commands, words), commandHelp(command, style));
    if (parsed.problems.length > 0) return fail(new AggregateError(parsed.problems));
    const context: CommandContext = {
      io,
      values: parsed.values as CommandContext['values'],
      positionals: parsed.positionals,
      paint,
      notePaint: errorPaint,
      note(text) {
        progress.clear();
        io.stderr.write(`${text}\n`);
      },
      progress: progress.show,
    };
    if (command.endsByItself) return succeed(await command.run(context));
    // What cannot be stopped, such as waiting for stdin, is left to itself.
    return succeed(await Promise.race([command.run(context), interruption(io.signal)]));
  } catch (error) {
    if (io.signal.aborted) {
      progress.clear();
      if (json) print({ command: name, exitCode: exitCodes.interrupted, problems: [], result: null });
      io.stderr.write('interrupted\n');
      return exitCodes.interrupted;
    }
    return fail(error);
  }
}

/** Stands for the words of a group, which take what every command takes. */
function groupCommand(words: readonly string[]): Command {
  return {
    name: words.join(' '),
    summary: '',
    description: [],
    // Whatever else there is was complained about when the words were read.
    argument: { name: '', help: '', many: true },
    options: {},
    examples: [],
    run: () => ({ exitCode: exitCodes.ok, result: null, text: '' }),
  };
}

function incomplete(words: readonly string[]): Error {
  const path = `sightline ${words.join(' ')}`;
  const next = commands.map(({ name }) => name).filter((name) => name.startsWith(`${words.join(' ')} `));
  return usageError({
    problem: `${path} is a group of commands`,
    expected: `one of ${next.join(', ')}`,
    fix: `${path} --help says what each does`,
  });
}

/** Rejects when the user wants the command to end, and never resolves. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
