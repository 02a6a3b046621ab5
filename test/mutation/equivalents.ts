import type { Mutant } from './mutants.ts';

const redact = 'packages/redact/src';
const health = 'packages/health/src';
const alerts = 'packages/alerts/src';
const loki = 'packages/logger/src/loki';
const otlp = 'packages/bootstrap/src/otlp';
const errors = 'packages/errors/src';

/** A mutant that changes nothing that is ever seen: its file, its operator, the text of its line or part of it, what it became. */
type Changeless = readonly [file: string, operator: string, on: string, mutated: string];

/** Why nothing is seen of them, and which they are. */
const reasons: readonly { readonly why: string; readonly of: readonly Changeless[] }[] = [
  {
    why: 'a quick way out: what holds no % decodes to itself',
    of: [[`${redact}/url.ts`, 'text', "if (!text.includes('%')) return text;", "''"]],
  },
  {
    why: 'of what was seen only the highest bit is asked for',
    of: [[`${redact}/scanner.ts`, 'number', 'let seen = 0;', '1']],
  },
  {
    why: 'the slow way of quoting gives the same',
    of: [
      [`${redact}/scanner.ts`, 'condition', 'seen |= code < 128', 'false'],
      [`${redact}/scanner.ts`, 'arithmetic', 'return isPlainMarker && (seen & JSON_ESCAPE) === 0', '|'],
      [`${redact}/scanner.ts`, 'condition', 'return isPlainMarker && (seen & JSON_ESCAPE) === 0', 'false'],
    ],
  },
  {
    why: 'without the shared answers each scan has its own: the same, with a little more memory',
    of: [[`${redact}/scanner.ts`, 'statement', 'isShared = true;', ';']],
  },
  {
    why: 'what is remembered saves time; it changes no answer',
    of: [
      [
        `${redact}/key-facts.ts`,
        'comparison',
        'if (remembered.size >= MAX_REMEMBERED_KEYS) remembered.clear();',
        '<',
      ],
      [`${redact}/keys.ts`, 'comparison', 'if (key.length <= MAX_CACHED_KEY_LENGTH) {', '<'],
      [`${redact}/key-facts.ts`, 'statement', 'remembered.set(key, facts);', ';'],
      [`${redact}/key-facts.ts`, 'number', 'const MAX_REMEMBERED_KEY_LENGTH = 128;', '129'],
      [`${redact}/key-facts.ts`, 'number', 'const MAX_REMEMBERED_KEY_LENGTH = 128;', '127'],
      [`${redact}/json.ts`, 'condition', 'if (text === facts.lastText) return facts.lastJson;', 'false'],
      [`${otlp}/metric-encoder.ts`, 'condition', 'if (attributes.size < MAX_KNOWN_VALUES)', 'false'],
      [`${otlp}/metric-encoder.ts`, 'condition', 'if (bytes !== undefined) {', 'false'],
    ],
  },
  {
    why: 'the general way of writing gives the same',
    of: [
      [`${redact}/json.ts`, 'condition', 'if (facts.isContextual) return undefined;', 'true'],
      [`${redact}/json.ts`, 'condition', 'return lengthLeft < 0 ? undefined : quote(value);', 'true'],
      [`${redact}/json.ts`, 'sign', 'return value < 1e12 && value > -1e21', '1e21'],
    ],
  },
  {
    why: 'nothing is in front of the first item of a list',
    of: [[`${redact}/value-lists.ts`, 'condition', 'const flag = index === 0 ? undefined', 'false']],
  },
  {
    why: 'without an interval nothing is scheduled',
    of: [
      [`${health}/engine/check-unit.ts`, 'number', 'scheduleNext((intervalMs ?? 0)', '1'],
      [`${health}/engine/check-unit.ts`, 'number', 'scheduleNext((intervalMs ?? 0)', '(-1)'],
    ],
  },
  {
    why: 'the wording of what was expected, for people',
    of: [
      [`${health}/engine/registry.ts`, 'number', 'expected: units.size === 0', '1'],
      [`${health}/engine/registry.ts`, 'condition', 'expected: units.size === 0', 'false'],
      [`${health}/engine/registry.ts`, 'condition', 'expected: units.size === 0', 'true'],
    ],
  },
  {
    why: 'no line of a YAML list stands between the indents of its name and of its items',
    of: [[`${redact}/rules/assigned-value.ts`, 'number', "text.lastIndexOf('\\n', from - 1) + 1", '0']],
  },
  {
    why: 'a label without an attribute is looked up in vain either way, and keeps its name',
    of: [
      [
        `${otlp}/metric-names.ts`,
        'condition',
        "'attribute' in label ? [[name, label.attribute] as const]",
        'true',
      ],
    ],
  },
  {
    why: 'what has left is let go of one entry later',
    of: [[`${loki}/entry-queue.ts`, 'comparison', 'if (head >= 1_024 && head * 2 >= entries.length) {', '>']],
  },
  {
    why: 'of the numbers of segments only the order counts',
    of: [[`${loki}/spool.ts`, 'number', 'nextNumber += 1;', '2']],
  },
  {
    why: 'what is left of a file is read or not, and holds no record either way: the shortest has a byte behind its head',
    of: [[`${loki}/spool-record.ts`, 'number', 'chunk.readUInt32LE(0) : 0;', '1']],
  },
  {
    why: 'the pattern finds only units that are in the table',
    of: [
      [`${loki}/rate-limit.ts`, 'number', '(UNIT_BYTES[unit] ?? 1)', '2'],
      [`${loki}/rate-limit.ts`, 'number', '(UNIT_BYTES[unit] ?? 1)', '0'],
      [`${alerts}/rule-tests/missing-cases.ts`, 'number', '(sizes[unit] ?? 0)', '(-1)'],
      [`${alerts}/rule-tests/missing-cases.ts`, 'number', '(sizes[unit] ?? 0)', '1'],
    ],
  },
  {
    why: 'of a wait only what is more than nothing is waited',
    of: [[`${otlp}/sender.ts`, 'number', 'if (waiting[0]?.payload !== payload) return 0;', '(-1)']],
  },
  {
    why: 'both groups of the pattern always match something',
    of: [
      [`${alerts}/rule-tests/missing-cases.ts`, 'text', "match[1] ?? '',", "'mutated'"],
      [`${alerts}/rule-tests/missing-cases.ts`, 'text', "match[2] ?? '',", "'mutated'"],
    ],
  },
  {
    why: 'every matcher begins with its operator',
    of: [[`${alerts}/promql.ts`, 'regexp', '/^(?:=~|!=|!~|=)/.exec(matcher)', '/(?:=~|!=|!~|=)/']],
  },
  {
    why: 'a quick way out: behind the path of a URL without a query there is nothing',
    of: [[`${redact}/url.ts`, 'condition', 'if (queryAt === url.length) return path;', 'false']],
  },
  {
    why: 'it is asked for only behind a text that was written',
    of: [[`${redact}/scanner.ts`, 'boolean', 'let wasPlain = false;', 'true']],
  },
  {
    why: 'it is set anew before it is read',
    of: [[`${redact}/json.ts`, 'number', 'let entriesLeft = 0;', '1']],
  },
  {
    why: 'no table has so many entries: it is a prime',
    of: [[`${redact}/automaton.ts`, 'number', 'const MAX_SMALL_TABLE = 65_536;', '65537']],
  },
  {
    why: 'a year of the past is past, and there is no wait',
    of: [
      [`${errors}/retry-after.ts`, 'number', 'near - 100', '101'],
      [`${errors}/retry-after.ts`, 'number', 'near - 100', '99'],
    ],
  },
  {
    why: 'by then every curve is at its longest wait',
    of: [[`${errors}/retry-delay.ts`, 'number', '2 ** Math.min(failures, 30)', '29']],
  },
  {
    why: 'too short for a record as well, so that the file is read',
    of: [[`${loki}/spool-record.ts`, 'number', 'let chunk = Buffer.alloc(0);', '1']],
  },
  {
    why: 'only a first text that is the very one of the fault would show it',
    of: [[`${redact}/key-facts.ts`, 'text', "lastText: '',", "'mutated'"]],
  },
  {
    why: 'a rule that is asked again answers the same: it takes time alone, which `linear.test.ts` measures',
    of: [[`${redact}/scanner.ts`, 'text', "if (typeof found === 'number') answeredTo[owner] = found;", "''"]],
  },
  {
    why: 'a value that is empty is harmless anyway',
    of: [[`${redact}/url.ts`, 'regexp', "(secrecy === 'secret-unless-number' && ", '/^\\d*$/']],
  },
  {
    why: 'U+0080 is in no literal, and JSON takes it as it is',
    of: [
      [`${redact}/scanner.ts`, 'comparison', 'const symbol = code < 128', '<='],
      [`${redact}/scanner.ts`, 'comparison', 'seen |= code < 128', '<='],
      [`${redact}/scanner.ts`, 'comparison', 'state = transitions[state + (code < 128', '<='],
    ],
  },
  {
    why: 'a table takes nothing beyond its end',
    of: [[`${redact}/characters.ts`, 'comparison', 'if (code < 128) set[code] = 1;', '<=']],
  },
  {
    why: 'in front of the first character there is none',
    of: [
      [`${redact}/rules/assignment.ts`, 'number', 'Math.max(0, at - MAX_NAME_LENGTH)', '(-1)'],
      [`${redact}/rules/assignment.ts`, 'number', 'Math.max(0, opening - 32)', '(-1)'],
      [`${redact}/rules/card-number.ts`, 'number', 'Math.max(0, from - MAX_HASH_LENGTH)', '(-1)'],
      [`${redact}/rules/url-credentials.ts`, 'number', 'Math.max(0, anchorFrom - MAX_SCHEME_LENGTH)', '(-1)'],
      [`${redact}/rules/named-pair.ts`, 'number', 'Math.max(0, at - 16)', '(-1)'],
      [`${redact}/rules/reported-value.ts`, 'number', 'Math.max(0, nameEnd - 128)', '(-1)'],
      [`${redact}/rules/separator.ts`, 'number', 'Math.max(0, nameFrom - 24)', '(-1)'],
      [`${redact}/rules/personal.ts`, 'number', 'Math.max(0, anchorFrom - MAX_ADDRESS_LENGTH)', '(-1)'],
    ],
  },
  {
    why: 'a name that is judged has a word',
    of: [
      [`${redact}/keys.ts`, 'text', "DESCRIBING_FIRST_WORDS.has(spelled[0] ?? '')", "'mutated'"],
      [`${redact}/keys.ts`, 'text', "const last = spelled.at(-1) ?? '';", "'mutated'"],
    ],
  },
  {
    why: 'where it looks on from: more is looked at twice, and the same is found',
    of: [
      [`${redact}/rules/card-number.ts`, 'number', 'const end = groups[groups.length === MAX_GROUPS', '2'],
    ],
  },
  {
    why: 'what is remembered changes no answer: the bound is for memory',
    of: [
      [`${redact}/keys.ts`, 'statement', 'if (cache.size >= CACHE_SIZE) cache.clear();', ';'],
      [`${redact}/keys.ts`, 'number', 'const CACHE_SIZE = 4096;', '4095'],
    ],
  },
  {
    why: 'a table that is made again is the same one',
    of: [[`${redact}/scanner.ts`, 'statement', 'automata.set(key, made);', ';']],
  },
  {
    why: 'of no text nothing is left after censoring',
    of: [[`${redact}/scanner.ts`, 'condition', 'if (secret.from > passedTo)', 'true']],
  },
  {
    why: 'a check is told while it runs, and of what is down',
    of: [
      [`${health}/engine/check-unit.ts`, 'logic', 'if (isStopped || dependency === undefined) return;', '&&'],
    ],
  },
  {
    why: 'a quick way out: an empty query asks for nothing',
    of: [
      [`${health}/probes/target.ts`, 'logic', "if (search === '' || search === '?') return NO_QUERY;", '&&'],
    ],
  },
];

/** Mutants that change nothing that is ever seen, and why. */
export const equivalents = reasons.flatMap(({ why, of }) =>
  of.map(([file, operator, on, mutated]) => ({ file, operator, on, mutated, why })),
);

/** Why a mutant cannot be noticed; undefined when it can. */
export function whyEquivalent(
  { file, operator, mutated, start }: Mutant,
  source: string,
): string | undefined {
  return equivalents.find(
    (each) =>
      each.file === file &&
      each.operator === operator &&
      each.mutated === mutated &&
      lineAround(source, start).includes(each.on),
  )?.why;
}

function lineAround(source: string, at: number): string {
  const end = source.indexOf('\n', at);
  return source.slice(source.lastIndexOf('\n', at - 1) + 1, end === -1 ? undefined : end);
}
