import { isMainThread, threadId, type Worker } from 'node:worker_threads';
import type { FamilySnapshot } from '../family.ts';
import { broadcast, listen } from './broadcast.ts';
import { type Message, messages } from './messages.ts';
import { peerSource, type PeerSource, type PeerSourceOptions } from './peer-source.ts';
import { createSnapshotServer } from './snapshot-server.ts';

/** Two channels, so that no thread has to read what the others answer. */
const QUESTIONS = 'sightline:metrics:1:questions';
const ANSWERS = 'sightline:metrics:1:answers';

/** On the channel of answers: who speaks, or which of its own threads has ended. */
type Answer =
  | { readonly thread: number; readonly message: Message }
  | { readonly thread: number; readonly ended: true };

/**
 * What all threads of this process have, for the main thread's page.
 *
 * A thread that does not answer in time keeps its last counters and is not waited for again until it speaks; one that
 * ended leaves its counters and histograms behind. What it counted between its last answer and `terminate()` or
 * `process.exit()` is lost; one that ends because nothing is left to do sends them before. Threads that do not call
 * `serveThreadSnapshots` are not asked. The channels keep no thread alive.
 *
 * Call it once, in the main thread, best before the first thread is started.
 */
export function threadSource(options: PeerSourceOptions = {}): PeerSource {
  return peerSource('thread', options, ask, (collector) => {
    const stopListening = listen(ANSWERS, (message) => {
      // Whoever else uses a channel of this name must not break the page.
      const answer = message as Partial<Answer> | null;
      if (typeof answer?.thread !== 'number') return;
      if ('ended' in answer) collector.gone(answer.thread);
      else if ('message' in answer) collector.receive(answer.thread, answer.message);
    });
    const stopWatching = onThreadEnd((thread) => collector.gone(thread));
    return () => {
      stopWatching();
      stopListening();
    };
  });
}

/**
 * Answers the main thread's questions for this thread's metrics. In the main thread it does nothing.
 *
 * @param snapshot what this thread has
 * @returns stops it: sends a last snapshot first; await it before `process.exit()`
 */
export function serveThreadSnapshots(
  snapshot: () => Promise<readonly FamilySnapshot[]>,
): () => Promise<void> {
  if (isMainThread) return () => Promise.resolve();
  const server = createSnapshotServer(snapshot, (message) => say({ thread: threadId, message }));
  const stopListening = listen(QUESTIONS, server.receive);
  // It comes again once the last snapshot has left, hence once.
  const beforeExit = (): void => void server.push();
  const exit = (): void => say({ thread: threadId, message: messages.bye() });
  process.once('beforeExit', beforeExit);
  process.once('exit', exit);
  const stopWatching = onThreadEnd((thread) => say({ thread, ended: true }));
  say({ thread: threadId, message: messages.hello() });

  return async () => {
    await server.farewell();
    process.off('beforeExit', beforeExit);
    process.off('exit', exit);
    stopWatching();
    stopListening();
  };
}

function ask(message: Message): void {
  broadcast(QUESTIONS, message);
}

function say(answer: Answer): void {
  broadcast(ANSWERS, answer);
}

/** Also of a thread that was terminated, which cannot say goodbye itself. */
function onThreadEnd(ended: (thread: number) => void): () => void {
  let listening = true;
  const watch = (worker: Worker): void => {
    const thread = worker.threadId;
    // A turn later, as its last messages come over another port.
    worker.once('exit', () => setImmediate(() => listening && ended(thread)));
  };
  process.on('worker', watch);
  return () => {
    listening = false;
    process.off('worker', watch);
  };
}
