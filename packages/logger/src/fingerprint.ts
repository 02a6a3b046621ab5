import { hash } from 'node:crypto';

/** Frames that tell where an error comes from; more would tell its callers apart. */
const MAX_FRAMES = 5;
const LENGTH = 16;
const MAX_FRAME_LENGTH = 1024;
/** Lines of a stack that are looked at: far more than an engine writes. */
const MAX_LINES = 100;
const FRAME = '    at ';
/** Fingerprints that are remembered, by traces of at most this length [UTF-16 code units]. */
const MAX_REMEMBERED = 500;
const MAX_REMEMBERED_LENGTH = 4096;

export interface FingerprintInput {
  /** The error's class. */
  readonly type: string;
  readonly message: string;
  /** As the engine writes it, with `    at …` lines. */
  readonly stack: string;
  /** The error's `code`, if it has one: `ECONNREFUSED`. */
  readonly code?: string | undefined;
}

/**
 * The same for every occurrence of the same error, in every process and, as long as the functions keep their names and
 * files, in every version: what error logs are counted by.
 *
 * It is made of the class, the code and the innermost five frames of the service's own code, as function and file
 * without line and column. An error without frames goes by its message, with numbers, ids and quoted parts left out.
 *
 * @returns 16 hexadecimal digits
 */
export function fingerprint({ type, message, stack, code }: FingerprintInput): string {
  const trace = traceOf(stack, message);
  if (!trace.includes(FRAME)) return digest([type, code ?? '', withoutDetails(message)]);
  // An error that occurs often comes from the same place, with the same trace to the letter.
  const key = `${type}\n${code ?? ''}\n${trace}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const frames = stackFrames(trace);
  const own = frames.filter((frame) => !frame.isForeign);
  const place = (own.length > 0 ? own : frames).slice(0, MAX_FRAMES).map((frame) => frame.text);
  const made = digest([type, code ?? '', ...place]);
  if (key.length <= MAX_REMEMBERED_LENGTH) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, made);
  }
  return made;
}

const remembered = new Map<string, string>();

function digest(parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'), 'hex').slice(0, LENGTH);
}

/** The frames of a stack. The message stands in front, and may look like frames itself. */
function traceOf(stack: string, message: string): string {
  const from = message === '' ? -1 : stack.indexOf(message);
  return stack.slice(from === -1 ? 0 : from + message.length);
}

interface Frame {
  readonly text: string;
  /** Whether it is of a package or of Node itself. */
  readonly isForeign: boolean;
}

/** `at handler (file:///srv/app/dist/orders.js:12:3)` becomes `handler dist/orders.js`. */
function stackFrames(trace: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of trace.split('\n', MAX_LINES)) {
    if (!line.startsWith(FRAME)) continue;
    const frame = line
      .slice(0, MAX_FRAME_LENGTH)
      .replace(/^ {4}at (?:async )?/, '')
      .trimEnd();
    // Not by an expression: names of functions may hold anything, and one that stumbles over them begins again and again.
    const bracket = frame.indexOf(' (');
    const name = frame.slice(0, Math.max(0, bracket));
    const place = frame.slice(bracket === -1 ? 0 : bracket + 2, frame.endsWith(')') ? -1 : undefined);
    const path = pathOf(place);
    const isForeign = path.startsWith('node:') || path.includes('node_modules/');
    frames.push({ text: `${name} ${isForeign ? packagePath(path) : ownPath(path)}`, isForeign });
  }
  return frames;
}

/** The place of a frame without line, column, query and `Promise.all`'s index, with slashes. */
function pathOf(place: string): string {
  const withoutLines = place.replaceAll(/(?::\d+){1,2}(?=$|[,)])/g, '');
  const query = withoutLines.indexOf('?');
  return (query === -1 ? withoutLines : withoutLines.slice(0, query))
    .replace(/^file:\/\//, '')
    .replace(/^index \d+$/, 'index')
    .replaceAll('\\', '/');
}

/** From the package on: where its manager puts it, and in which version, does not count. */
function packagePath(path: string): string {
  const at = path.lastIndexOf('node_modules/');
  return at === -1 ? path : path.slice(at);
}

/** The last two steps: where a service is installed differs between machines. */
function ownPath(path: string): string {
  return path.split('/').slice(-2).join('/');
}

function withoutDetails(message: string): string {
  return message
    .slice(0, 256)
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replaceAll(/[0-9a-f]*\d[0-9a-f-]*/gi, '#');
}
