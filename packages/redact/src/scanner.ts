import { CLASS_BITS, JSON_ESCAPE, compileAutomaton } from './automaton.ts';
import { markerForUrl } from './marker.ts';
import type { Automaton, LiteralHit } from './automaton.ts';
import type { Counter, Counters } from './counters.ts';
import type { Span, TextRule } from './rule.ts';

/** Longest secret that the scan goes on through [UTF-16 code units]: short, so that all of it stays linear. */
const MAX_GONE_THROUGH = 256;

/** Finds and censors secrets in text, in one pass. */
export interface Scanner {
  /** The text with every secret replaced; the very same string when there is none. */
  censor(text: string): string;
  /** `censor(text)` as a JSON string literal, for about the price of looking. */
  quote(text: string): string;
  /** Whether the last `quote` put its text between quotation marks as it was. */
  wasPlain(): boolean;
}

/**
 * @param rules in order of precedence where two begin at the same place
 * @param marker what stands in a secret's place; in URLs without its brackets, which a URL cannot hold
 * @param counters where each secret found is counted under its rule's name
 */
export function createScanner(rules: readonly TextRule[], marker: string, counters: Counters): Scanner {
  const literals = rules.map((rule) => rule.anchors);
  const { transitions, classes, firstHit, hits, width } = automatonFor(literals);
  const urlMarker = markerForUrl(marker);
  const isPlainMarker = JSON.stringify(marker) === `"${marker}"`;
  /** Per rule: an anchor that begins before this index has been answered already. One scan at a time uses it. */
  const sharedAnswers = new Int32Array(rules.length);
  let isShared = true;
  const cells = rules.map((rule) => counters.cell(rule.name));
  let wasPlain = false;

  /**
   * Replaces every secret, from the first anchor on: it ends at `hitAt`, in `hitState`.
   *
   * @param escapes `JSON_ESCAPE` if what is before needs escaping, 0 if not; given where a JSON literal is wanted
   */
  function replaceAll(text: string, hitAt: number, hitState: number, escapes?: number): string {
    // A caller's own rule may use the redactor that is running it.
    const answeredTo = isShared ? sharedAnswers.fill(0) : new Int32Array(rules.length);
    isShared = false;
    let output = '';
    let copiedTo = 0;
    let state = hitState;
    let at = hitAt;
    let seen = escapes ?? 0;
    for (;;) {
      if (state >= firstHit) {
        const secret = ask(text, at, state, copiedTo, answeredTo);
        if (secret !== undefined) {
          if (secret.from >= copiedTo) {
            // A name that ends within a censored secret: what is left of that secret is not shown after all.
            const passedTo = Math.min(secret.from, Math.max(copiedTo, at + 1));
            output += text.slice(copiedTo, passedTo);
            // Between a name and its value more may stand than a separator: `name="pin" title="…" value="…"`.
            if (secret.from > passedTo) output += censor(text.slice(passedTo, secret.from));
            output += secret.inUrl === true ? urlMarker : marker;
          }
          copiedTo = secret.to;
          // A short secret is gone through: the name of another may end in it. What begins inside is no find.
          if (secret.to - at > MAX_GONE_THROUGH) {
            seen |= escapesIn(text, at + 1, secret.from);
            at = secret.to - 1;
            state = 0;
          }
        }
      }
      if (++at >= text.length) break;
      const code = text.charCodeAt(at);
      const symbol = code < 128 ? (classes[code] as number) : JSON_ESCAPE;
      seen |= symbol;
      state = transitions[state + (symbol & CLASS_BITS)] as number;
    }
    isShared = true;
    const replaced = copiedTo === 0 ? text : output + text.slice(copiedTo);
    if (escapes === undefined) return replaced;
    return isPlainMarker && (seen & JSON_ESCAPE) === 0 ? `"${replaced}"` : JSON.stringify(replaced);
  }

  /** Asks the rules whose anchors end at `at`, the longest anchor first; the first that finds a secret has it. */
  function ask(
    text: string,
    at: number,
    state: number,
    copiedTo: number,
    answeredTo: Int32Array,
  ): Span | undefined {
    for (const { owner, length } of hits[(state - firstHit) / width] as readonly LiteralHit[]) {
      const from = at + 1 - length;
      if (from < (answeredTo[owner] as number)) continue;
      const rule = rules[owner] as TextRule;
      const found = rule.find(text, from, at + 1, copiedTo);
      if (typeof found === 'number') answeredTo[owner] = found;
      // What ends inside a censored span is censored already; what only begins there makes it longer.
      else if (found.from >= copiedTo || found.to > copiedTo) {
        (cells[owner] as Counter).add();
        return found;
      }
    }
    return undefined;
  }

  /** `JSON_ESCAPE` when a character between `from` and `to` must be escaped in JSON. */
  function escapesIn(text: string, from: number, to: number): number {
    let seen = 0;
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at);
      seen |= code < 128 ? (classes[code] as number) : JSON_ESCAPE;
    }
    return seen;
  }

  function censor(text: string): string {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      state = transitions[state + (code < 128 ? (classes[code] as number) & CLASS_BITS : 0)] as number;
      if (state >= firstHit) return replaceAll(text, at, state);
    }
    return text;
  }

  return {
    censor,

    quote(text) {
      let state = 0;
      let seen = 0;
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at);
        // Beyond ASCII a lone surrogate may need escaping: JSON.stringify knows.
        const symbol = code < 128 ? (classes[code] as number) : JSON_ESCAPE;
        seen |= symbol;
        state = transitions[state + (symbol & CLASS_BITS)] as number;
        if (state >= firstHit) {
          wasPlain = false;
          return replaceAll(text, at, state, seen);
        }
      }
      wasPlain = (seen & JSON_ESCAPE) === 0;
      return wasPlain ? `"${text}"` : JSON.stringify(text);
    },

    wasPlain: () => wasPlain,
  };
}

/** Tables by their literals: the loggers of a process nearly all have the same, and making one takes milliseconds. */
const automata = new Map<string, Automaton>();
const MAX_AUTOMATA = 16;

function automatonFor(literals: readonly (readonly string[])[]): Automaton {
  const key = JSON.stringify(literals);
  const known = automata.get(key);
  if (known !== undefined) return known;
  const made = compileAutomaton(literals);
  if (automata.size >= MAX_AUTOMATA) automata.clear();
  automata.set(key, made);
  return made;
}
