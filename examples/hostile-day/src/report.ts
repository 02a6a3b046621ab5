import type { Result } from './contest.ts';
import { censoredExcerpt, leakingExcerpt } from './excerpt.ts';
import type { Hourly, Outage } from './outage.ts';
import { paint } from './paint.ts';

/** The scenes that are shown; all of them are counted. */
const SHOWN = [
  'A sign-up logs the whole body',
  'A token in a URL',
  'A JWT in an error message',
  'A connection string in a nested cause',
  'A card number in a support ticket',
  'JSON inside a string inside JSON',
  'printf arguments',
  'An audit record of a changed password',
  'A getter that throws',
];
const LABEL_WIDTH = 14;
const COLUMN_WIDTH = 16;
const BAR_WIDTH = 20;

const number = (value: number): string => value.toLocaleString('en');
const heading = (title: string, rest: string): string => `\n${paint.title(title)}  ${paint.quiet(rest)}\n`;

/** The same lines, plain pino above and Sightline below. @param width of the terminal [columns] */
export function excerpts(plain: Result, ours: Result, width: number): string {
  const room = width - LABEL_WIDTH;
  const row = (label: string, text: string): string => `${paint.quiet(label.padEnd(LABEL_WIDTH))}${text}`;
  const shown = SHOWN.flatMap((title) => {
    const [leaking, censored] = [plain.firstLines.get(title), ours.firstLines.get(title)];
    return [
      paint.scene(title),
      row(
        '  plain pino',
        leaking === undefined
          ? paint.leak('threw into the shop, and wrote nothing')
          : leakingExcerpt(leaking, plain.secrets, room),
      ),
      row('  Sightline', censored === undefined ? paint.leak('threw') : censoredExcerpt(censored, room)),
    ];
  });
  return [
    heading('The lines', `${SHOWN.length} of ${plain.firstLines.size - 1} kinds of trouble`),
    ...shown,
  ].join('\n');
}

/** What was counted while each logger wrote the same day. */
export function figures(results: readonly Result[]): string {
  const row = (
    label: string,
    value: (result: Result) => string,
    isBad: (result: Result) => boolean = () => false,
  ): string => {
    const cells = results.map((result) => {
      const cell = value(result).padStart(COLUMN_WIDTH);
      return isBad(result) ? paint.bad(cell) : cell;
    });
    return `  ${label.padEnd(22)}${cells.join('')}`;
  };
  return [
    heading('The figures', 'the same day, written to memory by each'),
    row('', ({ name }) => name),
    row('lines written', ({ lines }) => number(lines)),
    row(
      'calls that threw',
      ({ threw }) => number(threw),
      ({ threw }) => threw > 0,
    ),
    row('secrets planted', ({ planted }) => number(planted)),
    row(
      'secrets leaked',
      ({ leaked }) => number(leaked.length),
      ({ leaked }) => leaked.length > 0,
    ),
    row('time for a line', ({ microsecondsALine }) => `${microsecondsALine.toFixed(1)} µs`),
    paint.quiet('  The times are rough: the best of a few runs of a mix with many errors.'),
  ].join('\n');
}

/** Above the hours. */
export function outageHeading(): string {
  const columns = [
    'hour'.padEnd(7),
    'Loki'.padEnd(12),
    'written'.padStart(9),
    'in Loki'.padStart(9),
    'waiting'.padStart(9),
  ];
  return [
    heading('The outage', 'the shop ships the day to a Loki that is down from 13 to 20 h'),
    paint.quiet(`  ${columns.join('')}`),
  ].join('\n');
}

/** One hour; it appears while the shop runs. */
export function outageRow({ hour, weather, written, delivered }: Hourly): string {
  const share = Math.floor((delivered / written) * BAR_WIDTH);
  const [here, waiting] = ['█'.repeat(share), '░'.repeat(BAR_WIDTH - share)];
  const feel = weather.padEnd(12);
  return [
    `  ${`${hour}`.padStart(2, '0')} h   `,
    weather === 'up' ? paint.good(feel) : paint.bad(feel),
    number(written).padStart(9),
    number(delivered).padStart(9),
    number(written - delivered).padStart(9),
    `  ${paint.good(here)}${paint.waiting(waiting)}`,
  ].join('');
}

/** What became of the lines in the end. */
export function outageFigures({ lastWords, ...outage }: Outage): string {
  const { destination, written } = lastWords;
  const rows: readonly (readonly [label: string, value: string, isBad?: boolean])[] = [
    ['lines written', number(written)],
    ['delivered to Loki', number(outage.delivered), outage.delivered !== written],
    ['delivered twice', number(outage.again)],
    ['pushes tried again', number(destination?.retried ?? 0)],
    ['dropped', number(destination?.dropped ?? 0), destination?.dropped !== 0],
    ['secrets in Loki', number(outage.leaked.length), outage.leaked.length > 0],
    ['debug lines', `${number(outage.debugLines)}, in the 4 h for which a module was set to debug`],
    [
      'the end',
      `an exception that nobody caught; its line ${outage.hasLastLine ? 'arrived' : 'was lost'}`,
      !outage.hasLastLine,
    ],
  ];
  return `\n${rows
    .map(([label, value, isBad]) => `  ${label.padEnd(20)}${isBad === true ? paint.bad(value) : value}`)
    .join('\n')}`;
}

/** The last line. */
export function verdict(problems: readonly string[]): string {
  if (problems.length === 0) return `\n${paint.safe('No secret leaked, and no line was lost.')}\n`;
  return `\n${paint.leak(problems.join('\n'))}\n`;
}
