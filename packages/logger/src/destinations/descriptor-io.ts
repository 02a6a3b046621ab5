import { writeSync } from 'node:fs';

/** Nobody will ever read there again, so trying on is pointless. */
const GONE = new Set(['EPIPE', 'EBADF', 'ECONNRESET', 'ENOTCONN', 'ESHUTDOWN', 'ENXIO']);

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** What a test may put in the place of the operating system. */
export interface DescriptorIo {
  readonly writeSync: (fd: number, bytes: Buffer, offset: number, length: number) => number;
  /** Stops this thread [ms]. Only for the end of the process, where no event loop is left to wait in. */
  readonly sleepSync: (ms: number) => void;
  /** Monotonic [ms]. */
  readonly now: () => number;
}

export const systemIo: DescriptorIo = {
  writeSync: (fd, bytes, offset, length) => writeSync(fd, bytes, offset, length),
  sleepSync: (ms) => void Atomics.wait(nobody, 0, 0, ms),
  now: () => performance.now(),
};

/**
 * One write, begun again when a signal interrupted it.
 *
 * @returns the bytes that went, and the system's code when none did, or else an empty string
 */
export function writeOnce(
  io: DescriptorIo,
  fd: number,
  bytes: Buffer,
  offset: number,
  length: number,
): { readonly written: number; readonly error: string } {
  for (;;) {
    try {
      return { written: io.writeSync(fd, bytes, offset, length), error: '' };
    } catch (thrown) {
      const error = codeOf(thrown);
      if (error !== 'EINTR') return { written: 0, error };
    }
  }
}

/** True when nobody will ever read there again. */
export function isGone(error: string): boolean {
  return GONE.has(error);
}

/** True when only the reader is slow, and nothing is broken. */
export function isBusy(error: string): boolean {
  return error === '' || error === 'EAGAIN' || error === 'EBUSY';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}
