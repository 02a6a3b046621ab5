import { CLASS_BITS, JSON_ESCAPE, compileAutomaton } from './automaton.ts';
import type { Automaton } from './automaton.ts';
import type { TextRule } from './rule.ts';

/** Finds and censors secrets in text, in one pass. */
export interface Scanner {
  /** The text with every secret replaced; the very same string when there is none. */
  censor(text: string): string;
  /** `censor(text)` as a JSON string literal, for about the price of looking. */
  quote(text: string): string;
}

/**
 * @param rules in order of precedence where two begin at the same place
 * @param marker what stands in a secret's place; in URLs without its brackets, which a URL cannot hold
 * @param count called with the rule's name for each secret found
 */
export function createScanner(
  rules: readonly TextRule[],
  marker: string,
  count: (rule: string) => void,
): Scanner {
  const automaton = compileAutomaton(rules.map((rule) => rule.anchors));
  const urlMarker = marker.replaceAll(/[^A-Za-z0-9._~-]/g, '');
  const isPlain = createPlainTest(automaton);

  function censor(text: string): string {
    return findFirst(automaton, text) === -1 ? text : replaceAll(text);
  }

  function replaceAll(text: string): string {
    const { transitions, classes, firstHit, hits, width } = automaton;
    /** Per rule: an anchor that begins before this index has been answered already. */
    const answeredTo = new Int32Array(rules.length);
    let output = '';
    let copiedTo = 0;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      state = transitions[state + (code < 128 ? (classes[code] as number) & CLASS_BITS : 0)] as number;
      if (state < firstHit) continue;
      for (const { owner, length } of hits[(state - firstHit) / width] ?? []) {
        const from = at + 1 - length;
        const rule = rules[owner];
        if (rule === undefined || from < (answeredTo[owner] as number)) continue;
        const found = rule.find(text, from, at + 1);
        if (typeof found === 'number' || found.from < copiedTo) {
          // What begins inside a censored span is a remnant, not a find: the `@host` behind a censored login.
          answeredTo[owner] = typeof found === 'number' ? found : at + 1;
          continue;
        }
        count(rule.name);
        output += text.slice(copiedTo, found.from) + (found.inUrl ? urlMarker : marker);
        copiedTo = Math.max(found.to, at + 1);
        at = copiedTo - 1;
        state = 0;
        break;
      }
    }
    return copiedTo === 0 ? text : output + text.slice(copiedTo);
  }

  return {
    censor,
    quote(text) {
      if (isPlain(text)) return `"${text}"`;
      return JSON.stringify(censor(text));
    },
  };
}

/** Index behind the first anchor, -1 when there is none: the whole cost of a text without secrets. */
function findFirst({ transitions, classes, firstHit }: Automaton, text: string): number {
  let state = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    state = transitions[state + (code < 128 ? (classes[code] as number) & CLASS_BITS : 0)] as number;
    if (state >= firstHit) return at;
  }
  return -1;
}

/** Whether a text holds no anchor and nothing that JSON must escape, so that it can be written as it is. */
function createPlainTest({ transitions, classes, firstHit }: Automaton): (text: string) => boolean {
  return function isPlain(text) {
    let state = 0;
    let seen = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      // Beyond ASCII a lone surrogate may need escaping: rare enough to leave it to JSON.stringify.
      if (code > 127) return false;
      const classOfCode = classes[code] as number;
      seen |= classOfCode;
      state = transitions[state + (classOfCode & CLASS_BITS)] as number;
      if (state >= firstHit) return false;
    }
    return (seen & JSON_ESCAPE) === 0;
  };
}
