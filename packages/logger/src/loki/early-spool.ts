import { rmSync } from 'node:fs';
import { createEncoder } from './entry.ts';
import type { ResolvedLokiOptions } from './options.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { type SpoolHome, createHome } from './spool-home.ts';
import { segmentPath } from './spool-orphans.ts';
import { encodeRecords } from './spool-record.ts';
import { createStreams } from './streams.ts';

/**
 * Keeps lines on disk until the thread that ships them is there and has put them into its own spool: it takes some tenths
 * of a second to start, and a process that is killed in them would take the very lines with it that say why.
 */
export interface EarlySpool {
  /** @param text lines, each with its newline */
  keep(text: string): void;
  /** The thread has them all. */
  release(): void;
}

/**
 * Opens a subfolder of the spool when the first lines come. Of a process that was killed it is left, and the next start
 * ships it; lines that the thread had as well come twice then, with the same times, and Loki keeps them once. Nothing
 * here throws: without the disk lines wait in memory as they would without this.
 */
export function openEarlySpool(
  options: ResolvedLokiOptions & {
    readonly spool: { readonly directory: string; readonly maxBytes: number };
  },
  now: () => number = Date.now,
): EarlySpool {
  const { directory, maxBytes } = options.spool;
  const encode = createEncoder(
    options,
    createStreams(options, () => undefined),
    now,
  );
  const writer = createSegmentWriter();
  let home: SpoolHome | undefined;
  let path = '';
  let sizeBytes = 0;
  let ended = false;

  function write(text: string): void {
    const lines = text.split('\n').filter((line) => line !== '');
    const records = encodeRecords(lines.map(encode));
    if (sizeBytes + records.length > maxBytes) return;
    if (home === undefined) {
      home = createHome(directory, now());
      path = segmentPath(home.folder, 1, 0);
      writer.start(path);
    }
    writer.write(records, sizeBytes);
    sizeBytes += records.length;
  }

  return {
    keep(text) {
      if (ended) return;
      try {
        write(text);
      } catch {
        // The thread says what is wrong with the disk.
        ended = true;
      }
    },
    release() {
      ended = true;
      if (home === undefined) return;
      try {
        writer.seal();
        rmSync(path, { force: true });
        home.leave();
      } catch {
        // Somebody else removed it, or the next start does.
      }
      home = undefined;
    },
  };
}
