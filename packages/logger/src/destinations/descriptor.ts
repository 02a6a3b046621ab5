import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** A descriptor to write to, and whether it is ours to close. */
export interface Descriptor {
  readonly fd: number;
  /** True when a terminal is on the other side. */
  readonly terminal: boolean;
  /** Lets go of what was opened here. The descriptor that was passed in stays open. */
  close(): void;
}

/**
 * Makes a descriptor writable without ever waiting for its reader.
 *
 * A pipe is opened anew through /proc, because O_NONBLOCK belongs to the open file description: set on the one that
 * was inherited, it would hit every process that shares it. Where that fails (a socket, as under systemd or when Node
 * is the parent; another user's pipe; no /proc) Node's own stream for 1 and 2 sets it, as the first `console.log`
 * would. What is left stays as it is: files and terminals are written synchronously.
 *
 * @param fd an open descriptor; an unknown one is no error here, the first write tells
 */
export function openDescriptor(fd: number): Descriptor {
  const plain: Descriptor = { fd, terminal: isatty(fd), close() {} };
  const kind = kindOf(fd);
  if (kind === 'other') return plain;
  if (kind === 'pipe') {
    try {
      const own = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
      return { fd: own, terminal: false, close: () => closeSync(own) };
    } catch {
      // Falls through to what Node can do about it.
    }
  }
  // Reading the property is what opens the stream; it does not keep the process alive.
  if (fd === 1) void process.stdout;
  if (fd === 2) void process.stderr;
  return plain;
}

function kindOf(fd: number): 'pipe' | 'socket' | 'other' {
  try {
    // As bigint, because Node.js 22 stops resolving links in `require` while the last other stat was of a pipe or socket.
    const stat = fstatSync(fd, { bigint: true });
    if (stat.isFIFO()) return 'pipe';
    return stat.isSocket() ? 'socket' : 'other';
  } catch {
    return 'other';
  }
}
