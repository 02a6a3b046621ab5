import { environment } from '@sightline/conventions';
import type { EnvironmentName } from '@sightline/conventions';
import type { Environment } from '@sightline/errors';
import { parsePairs } from './pairs.ts';
import type { ReportProblem } from './problem.ts';

/** The words of `name`, and which of them are known. */
interface ListRule<Word extends string> {
  readonly words: readonly Word[];
  /** Words that OpenTelemetry knows and that are not done here: what to do in their place. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/**
 * Reads variables as OpenTelemetry says: empty is unset, a boolean is true only for `true`, a wrong value is reported and
 * counts as unset. A report names the variable and never shows more of its value than a short word where words are
 * chosen from.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export interface EnvironmentReader {
  /** The text; undefined when it is unset or empty. */
  text(name: EnvironmentName): string | undefined;
  boolean(name: EnvironmentName): boolean | undefined;
  /** A whole number within the bounds. */
  integer(name: EnvironmentName, least: number, most: number): number | undefined;
  /** A number within the bounds. */
  number(name: EnvironmentName, least: number, most: number): number | undefined;
  /** One of some words, in any case. */
  word<Word extends string>(name: EnvironmentName, rule: ListRule<Word>): Word | undefined;
  /** Words with commas between; unknown ones are reported, and the others stay. Undefined when none is left. */
  words<Word extends string>(name: EnvironmentName, rule: ListRule<Word>): readonly Word[] | undefined;
  /** Texts with commas between. */
  list(name: EnvironmentName): readonly string[] | undefined;
  /** An http or https URL. */
  url(name: EnvironmentName): URL | undefined;
  /** Resource attributes: one that cannot be read takes all others along, as the specification says. */
  attributes(name: EnvironmentName): Readonly<Record<string, string>> | undefined;
  /** Headers by lower-case name; those that no request can carry are reported and left out. */
  headers(name: EnvironmentName): Readonly<Record<string, string>> | undefined;
  /** Reports that the value cannot be used. */
  refuse(name: EnvironmentName, why: string, expected: string, fix?: string): void;
}

export function createEnvironmentReader(env: Environment, report: ReportProblem): EnvironmentReader {
  function text(name: EnvironmentName): string | undefined {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  }

  function refuse(
    name: EnvironmentName,
    why: string,
    expected: string,
    fix = `correct ${name} or unset it`,
  ): void {
    report({ problem: `${name} ${why}`, expected: `${name}: ${expected}`, fix });
  }

  function number(
    name: EnvironmentName,
    least: number,
    most: number,
    form: RegExp,
    noun: string,
  ): number | undefined {
    const value = text(name);
    if (value === undefined) return undefined;
    const read = form.test(value) ? Number(value) : Number.NaN;
    if (read >= least && read <= most) return read;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    refuse(name, Number.isNaN(read) ? sized(value) : `is ${value.slice(0, 20)}`, `${noun} ${range}`);
    return undefined;
  }

  /** @returns the word as the rule spells it; reports one that it does not know */
  function known<Word extends string>(
    name: EnvironmentName,
    given: string,
    { words, elsewhere = {} }: ListRule<Word>,
  ): Word | undefined {
    const wanted = given.toLowerCase();
    const found = words.find((word) => word === wanted);
    if (found === undefined) {
      const shown = /^[\w/-]{1,32}$/.test(given) ? `names '${given}'` : sized(given);
      const instead = Object.hasOwn(elsewhere, wanted) ? elsewhere[wanted] : undefined;
      refuse(
        name,
        instead === undefined ? `${shown}, which is unknown` : `${shown}, which is not supported`,
        words.join(', '),
        instead,
      );
    }
    return found;
  }

  function parts(name: EnvironmentName): string[] | undefined {
    return text(name)
      ?.split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  return {
    text,
    refuse,
    boolean(name) {
      const value = text(name)?.toLowerCase();
      if (value !== undefined && value !== 'true' && value !== 'false') {
        refuse(
          name,
          `${sized(value)} that is neither true nor false`,
          'true or false, in any case',
          `set ${name}=true, or unset it for false`,
        );
      }
      return value === undefined ? undefined : value === 'true';
    },
    integer: (name, least, most) => number(name, least, most, /^\d+$/, 'a whole number'),
    number: (name, least, most) => number(name, least, most, /^(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i, 'a number'),
    word(name, rule) {
      const value = text(name);
      return value === undefined ? undefined : known(name, value, rule);
    },
    words(name, rule) {
      const found = new Set(
        parts(name)?.flatMap((part) => {
          const word = known(name, part, rule);
          return word === undefined ? [] : [word];
        }),
      );
      return found.size === 0 ? undefined : [...found];
    },
    list: parts,
    url(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      const url = httpUrl(value);
      if (url === undefined) {
        const example = environment.OTEL_EXPORTER_OTLP_ENDPOINT.default;
        refuse(
          name,
          `${sized(value)} that is no http or https URL`,
          `a URL such as ${example}`,
          `write it with its scheme, as in ${name}=${example}`,
        );
      }
      return url;
    },
    attributes(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      const { entries, unreadable } = parsePairs(value);
      if (unreadable === 0) return Object.fromEntries(entries);
      refuse(
        name,
        `has ${unreadable} parts that cannot be read, so that none of it counts`,
        'key=value with commas between, percent-encoded',
        'write %2C for a comma, %3D for an equals sign and %25 for a percent sign in a value',
      );
      return undefined;
    },
    headers(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      const { entries, unreadable } = parsePairs(value);
      const usable = entries.filter(([key, content]) => isHeaderName(key) && isHeaderValue(content));
      const wrong = unreadable + entries.length - usable.length;
      if (wrong > 0) {
        refuse(
          name,
          `has ${wrong} ${wrong === 1 ? 'part that is no header' : 'parts that are no headers'}`,
          'key=value with commas between, percent-encoded',
          'write name=value for each, as in x-scope-orgid=shop, with %20 for a blank and %2C for a comma',
        );
      }
      return Object.fromEntries(usable.map(([key, content]) => [key.toLowerCase(), content]));
    },
  };
}

/** For values that may be secrets as well as those that are not: only their size is shown. */
function sized(value: string): string {
  return `is a text of ${value.length} characters`;
}

/** A URL that can be sent to; undefined for anything else. */
export function httpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
}

/** Source: https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
export function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}

/** What HTTP takes as the value of a header: no line breaks, no other control characters. */
export function isHeaderValue(value: string): boolean {
  return /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value);
}
