import { close, closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** The one segment file that takes records. */
export interface SegmentWriter {
  /** True while a file takes records. */
  readonly isOpen: boolean;
  /** @throws the error of the file system, also when the file exists */
  start(path: string): void;
  /** Writes at an offset, all or nothing. @throws the error of the file system; then no file is open */
  write(records: Buffer, offsetBytes: number): void;
  /** Ends the file, synced to the disk in the background. */
  seal(): void;
  /** Ends the file, synced to the disk before the return. @throws the error of the file system */
  sealSync(): void;
}

export function createSegmentWriter(): SegmentWriter {
  let file: number | undefined;
  const seal = (): void => {
    if (file === undefined) return;
    const sealed = file;
    file = undefined;
    fdatasync(sealed, () => close(sealed, () => undefined));
  };
  return {
    get isOpen() {
      return file !== undefined;
    },
    start(path) {
      seal();
      file = openSync(path, 'wx', 0o600);
    },
    write(records, offsetBytes) {
      if (file === undefined) throw new Error('no segment is open');
      try {
        for (let done = 0; done < records.length;) {
          done += writeSync(file, records, done, records.length - done, offsetBytes + done);
        }
      } catch (error) {
        // A full disk takes a part: that is cut off, and nothing follows it in this file.
        try {
          ftruncateSync(file, offsetBytes);
        } catch {
          // Then it is found by its checksum.
        }
        seal();
        throw error;
      }
    },
    seal,
    sealSync() {
      if (file === undefined) return;
      const sealed = file;
      file = undefined;
      try {
        fdatasyncSync(sealed);
      } finally {
        closeSync(sealed);
      }
    },
  };
}
