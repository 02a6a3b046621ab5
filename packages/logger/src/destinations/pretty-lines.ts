import { createRequire } from 'node:module';
import { WriteStream } from 'node:tty';
import type { PrettyOptions } from 'pino-pretty';

interface PinoPretty {
  readonly prettyFactory: (options: PrettyOptions) => (line: string) => string;
}

/**
 * Makes JSON lines readable for a person at a terminal.
 *
 * @param colors true for ANSI colours
 * @returns text of whole lines in, text of whole lines out; a line that is no JSON comes out as it is
 */
export function prettyLines(colors: boolean): (text: string) => string {
  // Loaded only here, and at once: a service whose output goes to a collector never pays for it.
  const require = createRequire(import.meta.url);
  const { prettyFactory }: PinoPretty = require('pino-pretty');
  const options: PrettyOptions = {
    colorize: colors,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    customPrettifiers: { level: levelText },
  };
  const pretty = prettyFactory(options);
  // What a logger with a `messageKey` of its own mostly has there.
  const prettyMessage = prettyFactory({ ...options, messageKey: 'message' });
  return function prettify(text) {
    let out = '';
    for (let from = 0, to = text.indexOf('\n'); to !== -1; from = to + 1, to = text.indexOf('\n', from)) {
      const line = text.slice(from, to).replaceAll(STEERING, asEscape);
      out += prettyLine(line, line.includes('"msg":') ? pretty : prettyMessage);
    }
    return out;
  };
}

/** What pino-pretty calls each level that is none of pino's. */
const UNKNOWN_LEVEL = 'USERLVL';

/** A level of the app's own by its name. */
function levelText(
  level: string | object,
  _key: string,
  _line: object,
  { labelColorized }: { readonly labelColorized: string },
): string {
  const isName = typeof level === 'string' && /^[A-Za-z][\w-]{0,31}$/.test(level);
  return isName ? labelColorized.replace(UNKNOWN_LEVEL, level.toUpperCase()) : labelColorized;
}

/**
 * Characters that JSON need not escape and that a terminal obeys all the same: DEL, the second set of control characters, and
 * those that turn the direction of a text around. What is logged may come from anybody.
 */
const STEERING = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** As a text that shows it: `\u009b`. */
function asEscape(character: string): string {
  return `\\\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function prettyLine(line: string, pretty: (line: string) => string): string {
  try {
    return pretty(line);
  } catch {
    return `${line}\n`;
  }
}

/** Whether a terminal shows colours, by the usual variables: NO_COLOR, FORCE_COLOR, NODE_DISABLE_COLORS, TERM. */
export function wantsColors(env: NodeJS.ProcessEnv): boolean {
  return WriteStream.prototype.getColorDepth(env) > 1;
}
