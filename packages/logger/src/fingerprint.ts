import { hash } from 'node:crypto';

/** Frames that tell where an error comes from; more would tell its callers apart. */
const MAX_FRAMES = 5;
const LENGTH = 16;

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
  const frames = stackFrames(stack);
  const own = frames.filter((frame) => !frame.includes('node_modules/') && !frame.includes('node:'));
  const place = (own.length > 0 ? own : frames).slice(0, MAX_FRAMES);
  const parts = place.length > 0 ? place : [withoutDetails(message)];
  return hash('sha256', [type, code ?? '', ...parts].join('\n'), 'hex').slice(0, LENGTH);
}

/** `at handler (file:///srv/app/dist/orders.js:12:3)` becomes `handler dist/orders.js`. */
function stackFrames(stack: string): string[] {
  const frames: string[] = [];
  for (const line of stack.split('\n')) {
    if (!line.startsWith('    at ')) continue;
    const [, name = '', place = ''] = /^ {4}at (?:(.*?) \()?(.*?)\)?$/.exec(line.slice(0, 1024)) ?? [];
    frames.push(`${name.replace(/^async /, '')} ${withoutPosition(place)}`);
  }
  return frames;
}

/** The last two steps of the path: where a service is installed differs between machines. */
function withoutPosition(place: string): string {
  const path = place
    .replace(/(?::\d+){1,2}$/, '')
    .replace(/^file:\/\//, '')
    .replace(/\?.*$/, '');
  if (path.startsWith('node:') || path.includes('node_modules/'))
    return path.slice(path.lastIndexOf('node_modules/') + 1);
  return path.split(/[/\\]/).slice(-2).join('/');
}

function withoutDetails(message: string): string {
  return message
    .slice(0, 256)
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replaceAll(/[0-9a-f]*\d[0-9a-f-]*/gi, '#');
}
