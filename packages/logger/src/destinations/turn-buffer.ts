import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers';
import { countLines } from './lines.ts';

/**
 * Longest text that waits for the end of the turn [UTF-16 units]. Past it the lines leave at once, so a loop that logs
 * a million lines without a pause holds no more than this here. 64 Ki is what a Linux pipe takes in one write.
 */
export const MAX_TURN_LENGTH = 64 * 1024;

/** So much waits for no rest to be over: it is worth a message [UTF-16 units]. */
const MAX_RESTING_LENGTH = 8 * 1024;

/** The lines of one event-loop turn on their way to a destination. */
export interface TurnBuffer {
  /** Appends; hands over when the turn ends, or at once past {@link MAX_TURN_LENGTH}. */
  readonly write: (lines: string) => void;
  /** Hands over now what there is. Calls nobody when there is nothing. */
  handOver(): void;
  /** From now on every write is handed over at once: after `exit` no turn ends any more. */
  writeThrough(): void;
  /** Lines that wait. */
  pendingLines(): number;
}

/** What says that a turn, or a rest, is over. */
export interface TurnClock {
  readonly atTurnEnd: (callback: () => void) => unknown;
  readonly after: (callback: () => void, delayMs: number) => unknown;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

/** Node's own, not the global ones: tests of a service may replace those for a while, and a turn of theirs that never ends would be the last. */
const nodeClock: TurnClock = {
  atTurnEnd: setImmediate,
  after: setTimeout,
  nowMs: () => performance.now(),
};

/**
 * Joins the lines of one event-loop turn, so that they cost one write together.
 *
 * @param take gets the lines in the order they were written; it must not throw
 * @param restMs so soon after a turn's lines were handed over, those of further turns wait for each other [ms]. Default: 0
 */
export function createTurnBuffer(
  take: (text: string) => void,
  restMs = (): number => 0,
  { atTurnEnd, after, nowMs }: TurnClock = nodeClock,
): TurnBuffer {
  let text = '';
  let scheduled = false;
  let maxLength = MAX_TURN_LENGTH;
  let restsUntilMs = 0;
  let isResting = false;

  function handOver(): void {
    if (text === '') return;
    const joined = text;
    text = '';
    const nextRestMs = restMs();
    restsUntilMs = nextRestMs > 0 ? nowMs() + nextRestMs : 0;
    take(joined);
  }

  function endTurn(): void {
    const mayRest = restsUntilMs > 0 && text !== '' && text.length < MAX_RESTING_LENGTH;
    const leftMs = mayRest ? restsUntilMs - nowMs() : 0;
    isResting = leftMs > 0;
    if (isResting) after(endRest, leftMs);
    else endRest();
  }

  function endRest(): void {
    isResting = false;
    scheduled = false;
    handOver();
  }

  return {
    write(lines) {
      text += lines;
      if (text.length > maxLength || (isResting && text.length >= MAX_RESTING_LENGTH)) handOver();
      else if (!scheduled) {
        scheduled = true;
        atTurnEnd(endTurn);
      }
    },
    handOver,
    writeThrough() {
      maxLength = 0;
    },
    pendingLines: () => countLines(text),
  };
}
