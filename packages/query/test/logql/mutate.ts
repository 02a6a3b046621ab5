import type { createRandom } from './log-data.ts';

type Random = ReturnType<typeof createRandom>;

const pieces = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '|',
  '"',
  '`',
  '\\',
  ',',
  '=',
  '!',
  '~',
  '>',
  '<',
  '#',
  '//',
  '/*',
  '-',
  '--strict',
  '^',
  ' or ',
  ' and ',
  ' by ',
  ' on ',
  'json',
  'unwrap',
  'rate',
  'sum',
  'offset',
  '5m',
  '1e999',
  '0x',
  'NaN',
  'inf',
  '\0',
  'ü',
  '🚀',
  '{{',
  '}}',
  '{{range .}}',
  '(?i)',
  '.*',
  '((((((((',
  '[999999999y]',
  '$',
  '<_>',
  '=~"',
  '|= ip(',
  'vector(',
  '99999999999999999999',
];

/** A query with a few characters, words or parts changed, moved, doubled or gone. */
export function mutateQuery(query: string, random: Random): string {
  let mutated = query;
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const from = random.below(mutated.length + 1);
    const to = Math.min(mutated.length, from + random.below(8));
    const part = mutated.slice(from, to);
    switch (random.below(6)) {
      case 0: {
        mutated = mutated.slice(0, from) + mutated.slice(to);
        break;
      }
      case 1: {
        mutated = mutated.slice(0, from) + random.pick(pieces) + mutated.slice(from);
        break;
      }
      case 2: {
        mutated = mutated.slice(0, from) + random.pick(pieces) + mutated.slice(to);
        break;
      }
      case 3: {
        mutated = mutated.slice(0, to) + part.repeat(1 + random.below(20)) + mutated.slice(to);
        break;
      }
      case 4: {
        const place = random.below(mutated.length + 1);
        mutated = mutated.slice(0, place) + part + mutated.slice(place);
        break;
      }
      default: {
        mutated = mutated.slice(0, from) + String.fromCharCode(random.below(0x1_00_00)) + mutated.slice(to);
      }
    }
  }
  return mutated.slice(0, 4000);
}
