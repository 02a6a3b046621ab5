import type { Labels } from '../../labels.ts';
import { eachPair } from '../pipeline/json-scanner.ts';
import type { JsonProblem } from '../pipeline/json-scanner.ts';
import { LogfmtDecoder } from '../pipeline/logfmt-decoder.ts';

const detectedLevelLabel = 'detected_level';

/** Fields that hold a level, the best first. Source: `log_level_fields` of Loki's limits. */
const levelFields = [
  'level',
  'LEVEL',
  'Level',
  'log.level',
  'severity',
  'SEVERITY',
  'Severity',
  'SeverityText',
  'lvl',
  'LVL',
  'Lvl',
  'severity_text',
  'Severity_Text',
  'SEVERITY_TEXT',
];
const levelFieldSet: ReadonlySet<string> = new Set(levelFields);

/** Levels of nesting in which a field of a JSON line is looked for. */
const maxDepth = 2;

/** Levels by the words that stand for them. */
const levelWords: Readonly<Record<string, string>> = {
  trace: 'trace',
  trc: 'trace',
  debug: 'debug',
  dbg: 'debug',
  info: 'info',
  inf: 'info',
  information: 'info',
  warn: 'warn',
  wrn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  critical: 'critical',
  fatal: 'fatal',
};

/** Words in a line of text that tell its level. */
const lineWords: readonly (readonly [word: string, level: string])[] = [
  ['trace', 'trace'],
  ['debug', 'debug'],
  ['fatal', 'fatal'],
  ['critical', 'critical'],
  ['error', 'error'],
  ['err', 'error'],
  ['warning', 'warn'],
  ['warn', 'warn'],
  ['info', 'info'],
];

/** Metadata with `detected_level`, as Loki adds it to a line that is pushed; labels and metadata all have values. */
export function detectLevel(line: string, labels: Labels, metadata: Labels): Labels {
  const given = ownValue(metadata, detectedLevelLabel);
  if (given !== undefined) return { ...metadata, [detectedLevelLabel]: normalized(given) };
  const field = firstOf(labels) ?? firstOf(metadata);
  const level = field === undefined ? levelOfLine(line, metadata) : normalized(field);
  return { ...metadata, [detectedLevelLabel]: level };
}

function ownValue(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

function firstOf(labels: Labels): string | undefined {
  for (const name of levelFields) {
    const value = ownValue(labels, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function levelWord(text: string): string | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(levelWords, word) ? levelWords[word] : undefined;
}

function normalized(text: string): string {
  return levelWord(text) ?? text;
}

function levelOfLine(line: string, metadata: Labels): string {
  const severity = ownValue(metadata, 'severity_number') ?? '';
  if (severity !== '') return levelOfSeverity(severity);
  const isJson = /^\s*\{[\s\S]*\}\s*$/.test(line);
  if (!isJson && !line.includes('=')) return levelInText(line);
  const text = isJson ? levelInJson(line, 0, line.length, 0) : levelInLogfmt(line);
  return levelWord(text ?? '') ?? levelInText(line);
}

const severityLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** By the severity number of OpenTelemetry: four for each level. */
function levelOfSeverity(text: string): string {
  if (!/^[+-]?\d+$/.test(text)) return 'info';
  const severity = Number(text);
  if (severity === 0 || severity > 24) return 'unknown';
  return severityLevels[Math.max(0, Math.ceil(severity / 4) - 1)]!;
}

/** The text of the first field, and what ends the walk when there is one. */
interface FoundField {
  readonly text: string;
}

function levelInJson(line: string, from: number, to: number, depth: number): string | undefined {
  const found = fieldInJson(line, from, to, depth);
  return typeof found === 'object' ? found.text : undefined;
}

function fieldInJson(
  line: string,
  from: number,
  to: number,
  depth: number,
): FoundField | JsonProblem | undefined {
  if (depth >= maxDepth) return undefined;
  return eachPair<FoundField | JsonProblem>(line, from, to, (key, value) => {
    if (value.type === 'string')
      return levelFieldSet.has(key) ? { text: line.slice(value.from, value.to) } : undefined;
    return value.type === 'object' ? fieldInJson(line, value.from, value.to, depth + 1) : undefined;
  });
}

function levelInLogfmt(line: string): string | undefined {
  const decoder = new LogfmtDecoder();
  decoder.start(line);
  let best = levelFields.length;
  let text: string | undefined;
  while (!decoder.isAtEnd() && decoder.next()) {
    const key = decoder.key.toLowerCase();
    const place = levelFields.findIndex((field) => field.toLowerCase() === key);
    if (place === -1 || place >= best) continue;
    best = place;
    text = decoder.value;
    if (best === 0) return text;
  }
  return text;
}

const before = /[ \t\n[({"'=|]/;
const behind = /[ \t\n[\](){}:,!"'=|]/;

function levelInText(line: string): string {
  const lower = line.toLowerCase();
  let first = lower.length;
  let level = 'unknown';
  for (const [word, meaning] of lineWords) {
    const at = wordAt(lower, word);
    if (at === -1 || at >= first) continue;
    first = at;
    level = meaning;
    if (at === 0) break;
  }
  return level;
}

/** Place of a word that stands alone. */
function wordAt(line: string, word: string): number {
  let at = line.indexOf(word);
  while (at !== -1) {
    const left = line[at - 1];
    const right = line[at + word.length];
    if ((left === undefined || before.test(left)) && (right === undefined || behind.test(right))) return at;
    at = line.indexOf(word, at + 1);
  }
  return -1;
}
