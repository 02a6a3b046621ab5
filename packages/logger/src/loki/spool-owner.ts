import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { z } from 'zod';

/** Between two signs of life of an owner [ms]. */
export const HEARTBEAT_MS = 20_000;

/** An owner that cannot be looked up counts as dead after this silence [ms]. */
const SILENCE_MS = 6 * HEARTBEAT_MS;
/** Until then its silence may be a clock that is wrong, its own or ours, and is believed when it was watched [ms]. */
const WRONG_CLOCK_MS = 600_000;
/** So long [ms]. */
const WATCH_MS = 3 * HEARTBEAT_MS;

/** The last sign of life of each owner that cannot be looked up, by its own clock, and since when it is known, by ours [ms]. */
export type SignsOfLife = Map<string, { readonly atMs: number; readonly sinceMs: number }>;

const ownerSchema = z.object({
  host: z.string(),
  /** Where `pid` means something: two containers may have one host name, and each its own process 1. */
  pidNamespace: z.string(),
  pid: z.int().positive(),
  /** Tells a process from a later one with its number; empty where the system does not say. */
  startedAt: z.string(),
  /** Of the process; absent where an earlier version wrote it. */
  thread: z.int().optional(),
});
type Owner = z.infer<typeof ownerSchema>;

/** Whose a subfolder of the spool is. The file lies next to it: `<id>.owner`. */
export interface SpoolOwner {
  readonly id: string;
  /** Says that the process lives. @throws when the file is gone */
  beat(nowMs: number): void;
  release(): void;
}

/** @throws the error of the file system */
export function createOwner(directory: string, nowMs: number): SpoolOwner {
  const id = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const path = `${directory}/${id}.owner`;
  writeFileSync(path, JSON.stringify(thisProcess()), { mode: 0o600, flag: 'wx' });
  const beat = (atMs: number): void => utimesSync(path, atMs / 1_000, atMs / 1_000);
  beat(nowMs);
  return { id, beat, release: () => rmSync(path, { force: true }) };
}

/**
 * True while the process that owns a subfolder may still write to it. One on this machine is looked up; of any other
 * (a container that shares the volume), and of another thread of this process, only its signs of life are known.
 *
 * @param signs what earlier looks at the directory found; it is kept up to date
 */
export function isOwned(directory: string, id: string, nowMs: number, signs: SignsOfLife): boolean {
  const path = `${directory}/${id}.owner`;
  let owner: Owner | undefined;
  let signAtMs: number;
  try {
    signAtMs = statSync(path).mtimeMs;
    owner = ownerSchema.safeParse(parseJson(readFileSync(path, 'utf8'))).data;
  } catch (error) {
    // One that cannot be read may belong to somebody; one that is not there belongs to nobody.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  const here = thisProcess();
  if (!owner || owner.host !== here.host || owner.pidNamespace !== here.pidNamespace)
    return !isSilent(id, signAtMs, nowMs, signs);
  const silentMs = nowMs - signAtMs;
  const isOther = owner.thread !== undefined && owner.thread !== here.thread;
  if (owner.pid === here.pid && owner.startedAt === here.startedAt && isOther) return silentMs < SILENCE_MS;
  if (here.startedAt !== '') return startOf(owner.pid) === owner.startedAt;
  return exists(owner.pid) && silentMs < SILENCE_MS;
}

/** Whether an owner with a clock of its own shows no sign of life any more. */
function isSilent(id: string, atMs: number, nowMs: number, signs: SignsOfLife): boolean {
  const silentMs = nowMs - atMs;
  if (silentMs >= WRONG_CLOCK_MS) return true;
  const known = signs.get(id);
  if (known?.atMs !== atMs) {
    signs.set(id, { atMs, sinceMs: nowMs });
    return false;
  }
  const watchedMs = nowMs - known.sinceMs;
  return watchedMs >= SILENCE_MS || (silentMs >= SILENCE_MS && watchedMs >= WATCH_MS);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function thisProcess(): Owner {
  let pidNamespace = '';
  try {
    pidNamespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux: one name space for all.
  }
  return {
    host: hostname(),
    pidNamespace,
    pid: process.pid,
    startedAt: startOf(process.pid) ?? '',
    thread: threadId,
  };
}

/** When a process started [clock ticks since boot], or undefined when it is gone or the system does not say. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // After the name, which is in parentheses and may hold anything: state is field 3, the start field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
