import { type Command, type OptionSpec, type OptionSpecs, globalOptions } from '../command.ts';
import { exitCodeMeanings } from '../exit-code.ts';
import type { Paint } from '../paint.ts';
import { wrap } from './wrap.ts';

const INDENT = 2;
/** Where less is left beside the first column of a table, the second one stands below it [characters]. */
const NARROWEST = 24;

/** How a help is shown. */
interface HelpStyle {
  readonly paint: Paint;
  /** How long its lines are at most [characters]. */
  readonly width: number;
}

/** Rows of two columns, the second one wrapped. */
function table(
  rows: readonly (readonly [left: string, right: string])[],
  { paint, width: whole }: HelpStyle,
): string {
  const beside = Math.max(...rows.map(([left]) => left.length)) + INDENT;
  const isBelow = whole - beside - INDENT < NARROWEST;
  const width = isBelow ? 3 * INDENT : beside;
  return rows
    .map(([left, right]) => {
      const lines = wrap(right, whole - width - INDENT);
      const [first = '', ...more] = isBelow ? ['', ...lines] : lines;
      const gap = isBelow ? '' : ' '.repeat(width - left.length);
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

function optionTable(specs: OptionSpecs, style: HelpStyle): string {
  return table(
    Object.entries(specs).map(([name, spec]) => optionRow(name, spec)),
    style,
  );
}

function exitCodeTable(style: HelpStyle): string {
  return table(
    exitCodeMeanings.map(([code, meaning]) => [String(code), meaning]),
    style,
  );
}

/** How a command is written: `sightline alerts lint [files…] [options]`. */
function usageLine({ name, argument }: Command): string {
  const text = argument === undefined ? '' : `${argument.name}${argument.many ? '…' : ''}`;
  const shown = text === '' ? '' : argument?.required ? ` <${text}>` : ` [${text}]`;
  return `sightline ${name}${shown} [options]`;
}

/** The help of one command. */
export function commandHelp(command: Command, style: HelpStyle): string {
  const { paint, width } = style;
  const paragraphs = command.description.map((text) => wrap(text, width).join('\n'));
  const title = `sightline ${command.name}`;
  return [
    `${wrap(`${title}: ${command.summary}.`, width).join('\n').replace(title, paint('bold', title))}\n`,
    section('Usage', `  ${usageLine(command)}`, paint),
    ...(paragraphs.length > 0 ? [`${paragraphs.join('\n\n')}\n`] : []),
    ...(command.argument
      ? [section('Arguments', table([[command.argument.name, `${command.argument.help}.`]], style), paint)]
      : []),
    section('Options', optionTable({ ...command.options, ...globalOptions }, style), paint),
    section('Exit codes', exitCodeTable(style), paint),
    section('Examples', command.examples.map((line) => `  ${line}`).join('\n'), paint),
  ].join('\n');
}

/** The help of everything, or of the group that some words name. */
export function overview(commands: readonly Command[], words: readonly string[], style: HelpStyle): string {
  const { paint, width } = style;
  const prefix = words.map((word) => `${word} `).join('');
  const shown = commands.filter(({ name }) => name.startsWith(prefix));
  const title = ['sightline', ...words].join(' ');
  const what =
    words.length === 0
      ? 'adds Sightline to a service, runs the stack, finds out why there is no data, keeps what reads it'
      : 'a group of commands';
  return [
    `${wrap(`${title}: ${what}.`, width).join('\n').replace(title, paint('bold', title))}\n`,
    section('Usage', `  sightline ${prefix}<command> [options]`, paint),
    section(
      'Commands',
      table(
        shown.map(({ name, summary }) => [name, `${summary}.`]),
        style,
      ),
      paint,
    ),
    section('Options of every command', optionTable(globalOptions, style), paint),
    section('Exit codes', exitCodeTable(style), paint),
    `sightline help <command> tells more about one, with examples.`,
  ].join('\n');
}
