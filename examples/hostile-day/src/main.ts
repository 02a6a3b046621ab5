import { parseArgs } from 'node:util';
import { holdContest } from './contest.ts';
import { liveThroughOutage } from './outage.ts';
import { paint } from './paint.ts';
import { excerpts, figures, outageFigures, outageHeading, outageRow, verdict } from './report.ts';

const HELP = `A hostile day: what a shop logs, with and without Sightline.

Usage: node --conditions=@sightline/source examples/hostile-day/src/main.ts [--help]

It plays one made-up day of a shop, the same on every run: sign-ups with their
passwords, tokens in URLs, JWTs in errors, card numbers in tickets, objects that
throw. Three loggers write it to memory: plain pino, pino with twenty redact
paths, and Sightline. Every secret was planted, so those that leak are counted.

Then the shop runs as a process of its own and ships its day to a Loki that is
down in the afternoon, with a burst of 20,000 lines meanwhile, and dies of an
exception.

It takes a few seconds, needs no network and no Docker, and leaves nothing
behind. It exits with 1 when a secret leaked through Sightline, when a log call
of Sightline's threw or when a line was lost.
NO_COLOR=1 turns the colours off.
`;
const MIN_WIDTH = 60;
const MAX_WIDTH = 120;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function demo(width: number): Promise<readonly string[]> {
  print(`\n${paint.title('A hostile day')}  ${paint.quiet('of a shop that logs what it should not')}`);
  const [plain, withPaths, ours] = holdContest();
  if (!plain || !withPaths || !ours) throw new Error('three loggers write the day');
  print(excerpts(plain, ours, width));
  print(figures([plain, withPaths, ours]));
  print(outageHeading());
  // Every second hour: the day fits on a screen.
  const outage = await liveThroughOutage((hourly) => {
    if (hourly.hour % 2 === 1) print(outageRow(hourly));
  });
  print(outageFigures(outage));

  const lost = outage.lastWords.written - outage.delivered;
  return [
    ...(ours.leaked.length > 0 ? [`${ours.leaked.length} secrets leaked through Sightline.`] : []),
    ...(outage.leaked.length > 0 ? [`${outage.leaked.length} secrets reached Loki.`] : []),
    ...(ours.threw > 0 ? [`${ours.threw} log calls threw into the shop.`] : []),
    ...(lost > 0 ? [`${lost} lines did not reach Loki.`] : []),
  ];
}

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help === true) process.stdout.write(HELP);
else {
  const problems = await demo(Math.min(Math.max(process.stdout.columns ?? 80, MIN_WIDTH), MAX_WIDTH));
  print(verdict(problems));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
