import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FamilySnapshot } from '../family.ts';
import { isMessage, type Message, messages } from './messages.ts';
import { wireParts } from './wire.ts';

/** The side that is asked: a worker process or a thread. */
export interface SnapshotServer {
  /** Takes what came over the channel; what is not for it is ignored. */
  receive(message: unknown): void;
  /** Sends a snapshot that nobody asked for, because there may be no later one. */
  push(): Promise<void>;
  /** Sends a last snapshot, says that it is the last, and answers no more. */
  farewell(): Promise<void>;
}

/** The round of a snapshot that nobody asked for. */
const UNASKED = 0;

/**
 * Answers with snapshots. While one is on its way, only the newest further question waits.
 *
 * @param send never throws: whoever asks has a time limit
 */
export function createSnapshotServer(
  snapshot: () => Promise<readonly FamilySnapshot[]>,
  send: (message: Message) => void,
): SnapshotServer {
  let answering: Promise<void> | undefined;
  let waiting: number | undefined;
  let ended = false;

  async function answer(round: number): Promise<void> {
    let families: readonly FamilySnapshot[];
    try {
      families = await snapshot();
    } catch {
      send(messages.failed(round));
      return;
    }
    for (const part of wireParts(families)) {
      send(messages.part(round, part.families, part.last));
      // oxlint-disable-next-line no-await-in-loop -- that is the point: one piece a turn
      if (!part.last) await nextTurn();
    }
  }

  async function answerAll(first: number): Promise<void> {
    for (let round: number | undefined = first; round !== undefined; round = waiting) {
      waiting = undefined;
      // oxlint-disable-next-line no-await-in-loop -- one answer at a time
      await answer(round);
    }
    answering = undefined;
  }

  function queue(round: number): Promise<void> {
    waiting = round;
    answering ??= answerAll(round);
    return answering;
  }

  return {
    receive(message) {
      if (!isMessage(message) || message.kind !== 'ask' || ended) return;
      void queue(message.round);
    },

    async push() {
      // A question that waits is answered with what is new by then, which is as good.
      if (!ended) await queue(waiting ?? UNASKED);
    },

    async farewell() {
      if (ended) return;
      ended = true;
      // Two answers at a time would get mixed up on their way.
      await answering;
      await answer(UNASKED);
      send(messages.bye());
    },
  };
}
