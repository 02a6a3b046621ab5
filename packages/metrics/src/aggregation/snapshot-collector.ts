import type { FamilySnapshot } from '../family.ts';
import { cumulativeOnly, withinBounds, withLacking } from './departed.ts';
import { mergeSnapshots, mergeSnapshotsInSlices, type Snapshot } from './merge-snapshots.ts';
import { isMessage, type Message, messages } from './messages.ts';
import { pageWithinBounds } from './page-bounds.ts';
import { withinTime } from './time-limit.ts';
import { createWireReader } from './wire.ts';

/** The side that asks: the primary of a cluster, or the main thread. */
export interface SnapshotCollector {
  /** Asks all, waits for those that can be expected to answer, and adds everything up. Callers at one time share one. */
  collect(): Promise<FamilySnapshot[]>;
  /** Takes what came over the channel; what is not for it is ignored. */
  receive(peer: number, message: unknown): void;
  /** One has ended and will never answer again: what it counted stays. */
  gone(peer: number): void;
  /** Those that answer, or did when they were last asked. */
  readonly peers: number;
}

/** What went wrong with a collection; the page comes all the same. */
export type CollectProblem =
  /** One did not answer in time: its counters stand as they were, its gauges are left out until it answers. */
  | { readonly kind: 'silent'; readonly peer: number }
  /** A metric has another type in some process or thread, where it is left out. */
  | { readonly kind: 'conflict'; readonly metric: string }
  /** The asking side could not tell what it has itself: its counters stand as they were, its gauges are left out. */
  | { readonly kind: 'own'; readonly error: unknown };

export interface CollectorSetup {
  /** Sends a question to those that have ever said something; never throws. */
  readonly ask: (message: Message, peers: ReadonlySet<number>) => void;
  /** Longest wait for answers [ms]. */
  readonly timeLimitMs: number;
  /** What the asking side itself has; it comes first. */
  readonly own: (() => Promise<Snapshot>) | undefined;
  readonly onProblem: ((problem: CollectProblem) => void) | undefined;
}

interface Peer {
  /** Its newest complete snapshot. */
  last: Snapshot;
  lastRound: number;
  readonly reader: ReturnType<typeof createWireReader>;
  readingRound: number | undefined;
  /** It did not answer the last question: it is asked, but not waited for. */
  silent: boolean;
  /** Since when [ms, monotonic]. */
  silentSinceMs: number;
  /** Ends the wait for it. */
  answered: (() => void) | undefined;
}

/** Most of the silent ones that are kept apart; those beyond, the longest silent first, are taken for ended. */
const MAX_SILENT = 64;
/** Not before that [ms]: where the asking side was held up itself, all of a large cluster are silent for a page. */
const SILENT_MS = 5 * 60_000;
/** Unless there are so many. */
const MAX_SILENT_AT_ONCE = 1024;
/** Most that are remembered as ended, so that a message that comes late does not bring one back. */
const MAX_GONE = 1000;

export function createSnapshotCollector({
  ask,
  timeLimitMs,
  own,
  onProblem,
}: CollectorSetup): SnapshotCollector {
  const peers = new Map<number, Peer>();
  const gonePeers = new Set<number>();
  let departed: Snapshot = [];
  let ownLast: Snapshot = [];
  let lastPage: Snapshot = [];
  // Begins at 1: 0 is what is sent unasked.
  let round = 0;
  let collecting: Promise<FamilySnapshot[]> | undefined;

  function peerOf(id: number): Peer | undefined {
    if (gonePeers.has(id)) return undefined;
    let peer = peers.get(id);
    if (peer === undefined) {
      peer = {
        last: [],
        lastRound: -1,
        reader: createWireReader(),
        readingRound: undefined,
        silent: false,
        silentSinceMs: 0,
        answered: undefined,
      };
      peers.set(id, peer);
    }
    return peer;
  }

  function endWait(peer: Peer): void {
    peer.answered?.();
    peer.answered = undefined;
  }

  function retire(id: number): void {
    const peer = peers.get(id);
    gonePeers.add(id);
    if (gonePeers.size > MAX_GONE) gonePeers.delete(gonePeers.keys().next().value ?? id);
    if (peer === undefined) return;
    peers.delete(id);
    departed = withinBounds(mergeSnapshots([departed, cumulativeOnly(peer.last)]), lastPage);
    endWait(peer);
  }

  function take(peer: Peer, message: Message & { readonly kind: 'part' }): void {
    if (peer.readingRound !== message.round) peer.reader.take();
    peer.readingRound = message.round;
    peer.reader.add(message.families);
    if (!message.last) return;
    peer.last = withLacking(peer.reader.take(), peer.last);
    peer.lastRound = message.round;
    peer.readingRound = undefined;
    peer.silent = false;
    if (message.round === round) endWait(peer);
  }

  async function ownSnapshot(): Promise<Snapshot> {
    try {
      ownLast = withLacking((await own?.()) ?? [], ownLast);
      return ownLast;
    } catch (error) {
      onProblem?.({ kind: 'own', error });
      return cumulativeOnly(ownLast);
    }
  }

  async function collectOnce(): Promise<FamilySnapshot[]> {
    round += 1;
    const waits: Promise<void>[] = [];
    for (const peer of peers.values()) {
      if (!peer.silent) waits.push(new Promise((resolve) => (peer.answered = resolve)));
    }
    ask(messages.ask(round), new Set(peers.keys()));
    const [ownFamilies] = await Promise.all([ownSnapshot(), withinTime(Promise.all(waits), timeLimitMs)]);
    const live: Snapshot[] = [];
    // A copy: those that turn out silent move to the end meanwhile.
    for (const [id, peer] of Array.from(peers)) {
      const hasAnswered = peer.lastRound === round;
      live.push(hasAnswered ? peer.last : cumulativeOnly(peer.last));
      if (!hasAnswered && peer.answered) {
        peer.answered = undefined;
        peer.silent = true;
        peer.silentSinceMs = performance.now();
        // To the end, so that those silent for longest stand first.
        peers.delete(id);
        peers.set(id, peer);
        onProblem?.({ kind: 'silent', peer: id });
      }
    }
    const snapshots = [ownFamilies, ...live, departed];
    forgetLongSilent();
    const all = await mergeSnapshotsInSlices(snapshots, (metric) =>
      onProblem?.({ kind: 'conflict', metric }),
    );
    const page = await pageWithinBounds(all, lastPage);
    lastPage = page;
    return page;
  }

  function hear(id: number, message: Message): void {
    if (message.kind === 'bye') {
      retire(id);
      return;
    }
    const peer = message.kind === 'ask' ? undefined : peerOf(id);
    if (peer === undefined) return;
    if (message.kind === 'part') take(peer, message);
    else if (message.kind === 'hello') peer.silent = false;
    else if (message.kind === 'failed') endWait(peer);
  }

  function forgetLongSilent(): void {
    const silent = [...peers].filter(([, peer]) => peer.silent);
    const untilMs = performance.now() - SILENT_MS;
    silent.slice(0, Math.max(0, silent.length - MAX_SILENT)).forEach(([id, { silentSinceMs }], at) => {
      if (silentSinceMs <= untilMs || at < silent.length - MAX_SILENT_AT_ONCE) retire(id);
    });
  }

  return {
    collect() {
      collecting ??= collectOnce().finally(() => (collecting = undefined));
      return collecting;
    },

    receive(id, message) {
      if (!isMessage(message)) return;
      try {
        hear(id, message);
      } catch {
        // Not what this version says: an event handler of the app's process is no place to complain.
      }
    },

    gone: retire,

    get peers() {
      let count = 0;
      for (const { silent } of peers.values()) if (!silent) count += 1;
      return count;
    },
  };
}
