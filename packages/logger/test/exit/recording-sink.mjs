import { existsSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';

/** Appends what it gets to a file, without ever blocking its thread, one append at a time. */
export function createRecordingSink({ path }) {
  // Must come out nowhere.
  process.stdout.write('noise\n');
  process.emitWarning('noise');
  const stats = { queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 };
  let last = Promise.resolve();

  async function appendAfter(before, text, lines) {
    await before;
    await appendFile(path, text);
    stats.queued -= lines;
    stats.sent += lines;
    stats.bytes += Buffer.byteLength(text);
  }

  return {
    write(text) {
      const lines = text.split('\n').length - 1;
      stats.queued += lines;
      last = appendAfter(last, text, lines);
    },
    flush: () => last,
    close: () => last,
    stats: () => stats,
  };
}

/** Takes all and delivers nothing, as a sink whose backend hangs. */
export function createHangingSink() {
  const never = new Promise(() => {});
  const stats = { queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 };
  return {
    write(text) {
      stats.queued += text.split('\n').length - 1;
    },
    flush: () => never,
    close: () => never,
    stats: () => stats,
  };
}

/** Records, but its thread dies at a line `die once`, the first time it sees one, and at every `die always`. */
export function createDyingSink({ path }) {
  const sink = createRecordingSink({ path });
  const mark = `${path}.died`;
  return {
    ...sink,
    write(text) {
      if (text.includes('die always')) process.exit(1);
      if (text.includes('die once') && !existsSync(mark)) {
        writeFileSync(mark, '');
        process.exit(1);
      }
      sink.write(text);
    },
  };
}
