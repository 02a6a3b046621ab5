import { hostname } from 'node:os';
import type { RetryCurve } from '@sightline/errors';
import type { Backlog, Batch } from './backlog.ts';
import { MISCONFIGURED_BACKOFF, OUTAGE_BACKOFF } from './backoff.ts';
import type { LokiEntry } from './entry.ts';
import type { ProblemLog } from './problem-log.ts';
import { byStream, encodeBody, type PushBody } from './push-body.ts';
import type { LokiSinkDeps } from './timers.ts';
import type { Verdict } from './verdict.ts';

/** What a delivery needs of the shipper. */
export interface DeliveryHooks {
  /** Sends one push. Never rejects. */
  push(body: PushBody): Promise<Verdict>;
  /** The wait between two tries; it ends early when all ends. */
  wait(curve: RetryCurve, failures: number, retryAfterMs: number | undefined): Promise<void>;
  /**
   * These lines are stored but for `lost` of them.
   *
   * @param isRejected whether it was Loki that refused those
   * @returns false when the lines have been counted before
   */
  settle(part: Batch, lost: number, isRejected?: boolean): boolean;
  isStopped(): boolean;
  onRetry(): void;
}

/** Halvings of one batch in search of the line that makes Loki refuse a push: enough for two among 5,000. */
const MAX_SEARCH_SPLITS = 32;
/** Tries for a stream that is one too many, and how long after that others get a single one [ms]. */
const TRIES_FOR_STREAM = 2;
const STREAMS_FULL_MS = 60_000;
/** For so long pushes are kept below what was too large; then a whole one is tried again [ms]. */
const TOO_LARGE_MS = 60_000;
/** Pieces are made by the share of lines, whose sizes differ, and short ones are packed less well. */
const PIECE_MARGIN = 1.25;
/** Tries for a single line above the rate that Loki names: it may be within the burst. That takes about 15 s. */
const TRIES_ABOVE_RATE = 6;

/**
 * Lines this old when they leave, as after an outage, go to a stream of this process alone: into a stream Loki takes nothing that
 * is more than half of `max_chunk_age`, an hour by default, older than its newest line, and another process may have sent newer
 * ones meanwhile [ms]. Source: https://grafana.com/docs/loki/latest/configure/#accept-out-of-order-writes
 */
const LATE_MS = 30 * 60_000;

type RetryVerdict = Extract<Verdict, { kind: 'retry' }>;

/** Failures in a row, from 0, after which a push goes in halves; Infinity: its size is no reason. */
function triesBeforeHalving({ limit, torn }: RetryVerdict): number {
  if (limit?.kind === 'rate') return 1;
  return torn === true ? 4 : Infinity;
}

/**
 * Sends batches, one push at a time, until each line is stored, refused for good, or all ends: again after a wait, in
 * smaller pieces where the size may be what is wrong, without structured metadata where Loki takes none.
 */
export function createDelivery(
  backlog: Backlog,
  problems: ProblemLog,
  deps: Pick<LokiSinkDeps, 'now' | 'gzip'>,
  { push, wait, settle, isStopped, onRetry }: DeliveryHooks,
): (batch: Batch) => Promise<void> {
  /** False once Loki has said that it takes no structured metadata. */
  let metadata = true;
  let streamsFullUntilMs = -Infinity;
  /** False once Loki has refused the label that late lines get. */
  let mayMark = true;
  const instance = `${hostname()}-${process.pid}`;
  /** The smallest push that was too large lately [bytes as they come over the wire], and until when that counts. */
  let tooLargeBytes = Infinity;
  let tooLargeUntilMs = -Infinity;

  const rememberTooLarge = (bytes: number): void => {
    const nowMs = deps.now();
    tooLargeBytes = nowMs < tooLargeUntilMs ? Math.min(tooLargeBytes, bytes) : bytes;
    tooLargeUntilMs = nowMs + TOO_LARGE_MS;
  };

  /** In how many pieces a push of this size goes. One that is known to be too large is not sent to be refused once more. */
  const piecesFor = (bytes: number): number =>
    bytes < tooLargeBytes || deps.now() >= tooLargeUntilMs
      ? 1
      : Math.ceil((bytes / tooLargeBytes) * PIECE_MARGIN);

  const isLate = ([first]: readonly LokiEntry[]): boolean =>
    mayMark && first !== undefined && deps.now() - timeOf(first) > LATE_MS;

  /** Sends a batch until it is settled or all ends, each stream by itself. Never rejects. */
  const deliver = async (batch: Batch): Promise<void> => {
    const shares = byStream(batch.entries);
    const parts = shares.length > 1 ? backlog.split(batch, shares) : [batch];
    const budget = { splits: MAX_SEARCH_SPLITS };
    for (const part of parts) {
      if (isStopped()) return;
      // oxlint-disable-next-line no-await-in-loop -- one push in flight keeps the order
      await deliverPart(part, budget);
    }
  };

  /** @param budget halvings that are left to find the line for which a push is refused */
  const deliverPart = async (part: Batch, budget: { splits: number }): Promise<void> => {
    const { entries } = part;
    const several = entries.length > 1;
    const deliverIn = async (pieces: number): Promise<void> => {
      for (const piece of backlog.split(part, inShares(entries, pieces))) {
        if (isStopped()) return;
        // oxlint-disable-next-line no-await-in-loop -- one push in flight keeps the order
        await deliverPart(piece, budget);
      }
    };
    let late = isLate(entries);
    const encoded = (): Promise<PushBody> =>
      encodeBody(entries, metadata, deps.gzip, late ? instance : undefined);
    let body = await encoded();
    const pieces = piecesFor(body.bytes.length);
    if (several && pieces > 1) return deliverIn(pieces);
    for (let failures = 0; ; failures += 1) {
      if (isStopped()) return;
      if (failures > 0) onRetry();
      if (late !== isLate(entries)) {
        late = !late;
        // oxlint-disable-next-line no-await-in-loop -- once or twice in all tries
        body = await encoded();
      }
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      const verdict = await push(body);
      if (isStopped() && verdict.kind !== 'stored') return;
      switch (verdict.kind) {
        case 'stored':
          settle(part, 0);
          return;
        case 'rejected':
          if (verdict.refusal.kind === 'metadata' && metadata) {
            metadata = false;
            problems.metadataRefused();
            // oxlint-disable-next-line no-await-in-loop -- once in a sink's life
            body = await encoded();
            continue;
          }
          if (verdict.refusal.kind === 'all' && late) {
            mayMark = false;
            continue;
          }
          if (verdict.refusal.kind === 'unknown' && several && budget.splits > 0) {
            budget.splits -= 1;
            return deliverIn(2);
          }
          refuse(
            part,
            verdict.reason,
            verdict.refusal.kind === 'some' ? verdict.refusal.lines : entries.length,
          );
          return;
        case 'too-large':
          rememberTooLarge(body.bytes.length);
          if (several) return deliverIn(2);
          if (settle(part, 1)) problems.tooLarge(part.bytes);
          return;
        case 'retry':
          if (verdict.limit?.kind === 'streams' && late) {
            mayMark = false;
            continue;
          }
          if (isHopeless(part, verdict, failures)) {
            refuse(part, verdict.body ?? verdict.reason, entries.length);
            return;
          }
          problems.failed(verdict);
          // oxlint-disable-next-line no-await-in-loop -- the wait between two tries
          await wait(OUTAGE_BACKOFF, failures, verdict.retryAfterMs);
          // What is above a burst, or above what somebody on the way reads, goes in smaller pieces.
          if (several && !isStopped() && failures >= triesBeforeHalving(verdict)) return deliverIn(2);
          break;
        case 'misconfigured':
          problems.failed(verdict);
          // oxlint-disable-next-line no-await-in-loop -- the wait between two tries
          await wait(MISCONFIGURED_BACKOFF, failures, verdict.retryAfterMs);
      }
    }
  };

  /** True for what Loki answers 429 to and would for ever, holding up everything behind it. */
  const isHopeless = (part: Batch, { limit }: RetryVerdict, failures: number): boolean => {
    if (limit?.kind === 'streams') {
      if (failures < TRIES_FOR_STREAM && deps.now() >= streamsFullUntilMs) return false;
      streamsFullUntilMs = deps.now() + STREAMS_FULL_MS;
      return true;
    }
    return (
      limit?.bytesPerSecond !== undefined &&
      part.entries.length === 1 &&
      part.bytes > limit.bytesPerSecond &&
      failures >= TRIES_ABOVE_RATE
    );
  };

  const refuse = (part: Batch, reason: string, told: number): void => {
    const lines = Math.min(told, part.entries.length);
    if (settle(part, lines, true)) problems.rejected(reason, lines, part.entries.length);
  };

  return deliver;
}

/** The time of an entry [ms]: of its nanoseconds, `["1763672452123000000",…`, the first 13 digits. */
function timeOf({ valueJson }: LokiEntry): number {
  return Number(valueJson.slice(2, 15));
}

/** So many shares of the same length, but for the last; fewer where there are not as many entries. */
function inShares<Entry>(entries: readonly Entry[], count: number): readonly (readonly Entry[])[] {
  const length = Math.ceil(entries.length / count);
  return Array.from({ length: Math.ceil(entries.length / length) }, (_, index) =>
    entries.slice(index * length, (index + 1) * length),
  );
}
