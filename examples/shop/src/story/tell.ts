import { paint } from '../watch/paint.ts';
import type { ReadApi } from './read-api.ts';
import type { Step } from './steps.ts';

/** How a step ended. */
export interface Told {
  readonly title: string;
  readonly seen: string | undefined;
  /** What went wrong with looking, last. */
  readonly problem: string | undefined;
}

const LOOK_EVERY_MS = 250;
const CLEAR_LINE = '\r\u001B[K';

export interface Teller {
  /** Looks until it is seen or its time is over, and tells. */
  tell(step: Step, signal: AbortSignal): Promise<Told>;
}

/**
 * Tells the story line by line; on a terminal the last line moves while something is waited for.
 *
 * @param pause waits between two looks
 */
export function createTeller(
  api: ReadApi,
  stream: NodeJS.WriteStream,
  pause: (ms: number, signal: AbortSignal) => Promise<unknown>,
): Teller {
  const startMs = performance.now();
  const clock = (): string => `${((performance.now() - startMs) / 1000).toFixed(0).padStart(3)} s`;

  function wait(title: string): void {
    if (stream.isTTY) stream.write(`${CLEAR_LINE}${paint.quiet(clock())}  ${paint.waiting('…')} ${title}`);
  }

  function line(sign: string, title: string, detail: string): void {
    const start = stream.isTTY ? CLEAR_LINE : '';
    stream.write(
      `${start}${paint.quiet(clock())}  ${sign} ${title}\n${' '.repeat(8)}${paint.quiet(detail)}\n`,
    );
  }

  return {
    async tell(step, signal) {
      const endMs = performance.now() + step.withinSeconds * 1000;
      let problem: string | undefined;
      while (performance.now() < endMs && !signal.aborted) {
        wait(step.title);
        try {
          // oxlint-disable-next-line no-await-in-loop -- one look after the other
          const seen = await step.look(api);
          if (seen !== undefined) {
            line(paint.good('✓'), step.title, seen);
            return { title: step.title, seen, problem: undefined };
          }
        } catch (error) {
          problem = (error as Error).message;
        }
        // oxlint-disable-next-line no-await-in-loop -- see above
        await pause(LOOK_EVERY_MS, signal).catch(() => undefined);
      }
      line(
        paint.bad('✗'),
        step.title,
        `not seen within ${step.withinSeconds} s${problem === undefined ? '' : `: ${problem}`}`,
      );
      return { title: step.title, seen: undefined, problem };
    },
  };
}
