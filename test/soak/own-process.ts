import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** What the resident memory of this process is made of, by its maps. */
export interface ResidentBytes {
  /** Pages of programs and libraries: shared, and given back when they are needed elsewhere. */
  readonly filesBytes: number;
  /** What the C library has got from the system for `malloc`, of which it gives little back. */
  readonly mallocBytes: number;
  /** V8's heap with its code, and stacks of threads. */
  readonly othersBytes: number;
}

/** The C library's further heaps lie at multiples of so much. Source: HEAP_MAX_SIZE in glibc's `arena.c` */
const ARENA_BYTES = 64 * 1_048_576;

const decoder = new TextDecoder('latin1');

export function residentBytes(): ResidentBytes {
  const found = { filesBytes: 0, mallocBytes: 0, othersBytes: 0 };
  let kind: keyof typeof found = 'othersBytes';
  for (const line of decoder.decode(readFileSync('/proc/self/smaps')).split('\n')) {
    const map = /^([\da-f]+)-[\da-f]+ \S+ \S+ \S+ (\d+) *(.*)$/.exec(line);
    if (map !== null) {
      const [, start = '', inode, name = ''] = map;
      if (inode !== '0') kind = 'filesBytes';
      else if (name === '[heap]' || Number.parseInt(start, 16) % ARENA_BYTES === 0) kind = 'mallocBytes';
      else kind = 'othersBytes';
    }
    const resident = /^Rss: +(\d+) kB/.exec(line);
    if (resident !== null) found[kind] += Number(resident[1]) * 1024;
  }
  return found;
}

/**
 * Descriptors, without the connections that others have made to one of these ports: of those there are as many as the
 * others like.
 */
export function ownDescriptors(ports: ReadonlySet<number>): number {
  const theirs = new Set<string>();
  for (const line of readFileSync('/proc/self/net/tcp', 'latin1').split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/ +/);
    // 0A: it listens.
    if (state !== '0A' && ports.has(Number.parseInt(local.split(':')[1] ?? '', 16)))
      theirs.add(`socket:[${inode}]`);
  }
  let own = 0;
  for (const descriptor of readdirSync('/proc/self/fd')) {
    try {
      if (!theirs.has(readlinkSync(`/proc/self/fd/${descriptor}`))) own += 1;
    } catch {
      // The one by which the folder was read: it is closed by now.
    }
  }
  return own;
}
