import { type Command, type OptionSpec, type OptionSpecs, globalOptions } from '../command.ts';
import { exitCodeMeanings } from '../exit-code.ts';
import type { Paint } from '../paint.ts';
import { wrap } from './wrap.ts';

/** Lines of help are this long at most, on every terminal: it is read in documents as well. */
const WIDTH = 100;
const INDENT = 2;

/** Rows of two columns, the second one wrapped. */
function table(rows: readonly (readonly [left: string, right: string])[], paint: Paint): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + INDENT;
  return rows
    .map(([left, right]) => {
      const lines = wrap(right, WIDTH - width - INDENT);
      const [first = '', ...more] = lines;
      const gap = ' '.repeat(width - left.length);
      const under = more.map((line) => `\n${' '.repeat(width + INDENT)}${line}`).join('');
      return `${' '.repeat(INDENT)}${paint('cyan', left)}${gap}${first}${under}`;
    })
    .join('\n');
}

function section(title: string, body: string, paint: Paint): string {
  return `${paint('bold', title)}\n${body}\n`;
}

function optionRow(name: string, spec: OptionSpec): readonly [string, string] {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  const value = spec.type === 'boolean' ? '' : ` <${spec.value ?? 'value'}>`;
  const more = [
    ...(spec.choices ? [`one of ${spec.choices.join(', ')}`] : []),
    ...(spec.multiple ? ['may be given more than once'] : []),
    ...(spec.default === undefined ? [] : [`default ${spec.default}`]),
    ...(spec.env ? [`or ${spec.env.join(', ')}`] : []),
  ];
  return [`${short}--${name}${value}`, `${spec.help}${more.length > 0 ? ` (${more.join('; ')})` : ''}.`];
}

function optionTable(specs: OptionSpecs, paint: Paint): string {
  return table(
    Object.entries(specs).map(([name, spec]) => optionRow(name, spec)),
    paint,
  );
}

function exitCodeTable(paint: Paint): string {
  return table(
    exitCodeMeanings.map(([code, meaning]) => [String(code), meaning]),
    paint,
  );
}

/** How a command is written: `sightline alerts lint [files…] [options]`. */
function usageLine({ name, argument }: Command): string {
  const text = argument === undefined ? '' : `${argument.name}${argument.many ? '…' : ''}`;
  const shown = text === '' ? '' : argument?.required ? ` <${text}>` : ` [${text}]`;
  return `sightline ${name}${shown} [options]`;
}

/** The help of one command. */
export function commandHelp(command: Command, paint: Paint): string {
  const paragraphs = command.description.map((text) => wrap(text, WIDTH).join('\n'));
  return [
    `${paint('bold', `sightline ${command.name}`)}: ${command.summary}.\n`,
    section('Usage', `  ${usageLine(command)}`, paint),
    ...(paragraphs.length > 0 ? [`${paragraphs.join('\n\n')}\n`] : []),
    ...(command.argument
      ? [section('Arguments', table([[command.argument.name, `${command.argument.help}.`]], paint), paint)]
      : []),
    section('Options', optionTable({ ...command.options, ...globalOptions }, paint), paint),
    section('Exit codes', exitCodeTable(paint), paint),
    section('Examples', command.examples.map((line) => `  ${line}`).join('\n'), paint),
  ].join('\n');
}

/** The help of everything, or of the group that some words name. */
export function overview(commands: readonly Command[], words: readonly string[], paint: Paint): string {
  const prefix = words.map((word) => `${word} `).join('');
  const shown = commands.filter(({ name }) => name.startsWith(prefix));
  return [
    words.length === 0
      ? `${paint('bold', 'sightline')}: adds Sightline to a service, runs the stack, finds out why there is no data, keeps what reads it.\n`
      : `${paint('bold', `sightline ${words.join(' ')}`)}: a group of commands.\n`,
    section('Usage', `  sightline ${prefix}<command> [options]`, paint),
    section(
      'Commands',
      table(
        shown.map(({ name, summary }) => [name, `${summary}.`]),
        paint,
      ),
      paint,
    ),
    section('Options of every command', optionTable(globalOptions, paint), paint),
    section('Exit codes', exitCodeTable(paint), paint),
    `sightline help <command> tells more about one, with examples.`,
  ].join('\n');
}
