import { lokiLabels } from '@sightline/conventions';
import { createSequence, type Timestamp } from './timestamp.ts';
import type { ResolvedLokiOptions } from './options.ts';

/** One label set, and the order of time within it. */
export interface LokiStream {
  /** The labels as Loki wants them, as JSON; what entries are grouped by. */
  readonly labelsJson: string;
  /** The time of the stream's next entry [ns since 1970]. */
  readonly stamp: (wanted: Timestamp | undefined, nowMs: number) => string;
}

export interface LokiStreams {
  /** The stream of a line. @param nowMs wall clock [ms since 1970] */
  of(record: Readonly<Record<string, unknown>>, nowMs: number): LokiStream;
  /** Value of the `level` label for a line's `level`, number or name. */
  levelName(level: unknown): string;
  /** Lines that lost labels because the streams were at their bound. */
  readonly reduced: number;
}

/** pino-loki's map: what Grafana colours. */
const DEFAULT_LEVEL_MAP = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'critical',
};

/** pino's names, which lines written with `formatters.level` have in the place of numbers. */
const PINO_LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

/** Fields of a line that are labels, other than its level. */
const FIELD_LABELS = Object.entries(lokiLabels)
  .filter(([name]) => name !== 'level')
  .map(([name, { field }]) => [field, name] as const);

/** Loki refuses a stream for a longer label value (`max_label_value_length`) [bytes of UTF-8]. */
const MAX_LABEL_VALUE_BYTES = 2_048;

/** Services and environments of one process; more means that a line's `service` is not what it says. */
const MAX_PLAIN_STREAMS = 100;

/** Loki closes a stream without new lines after this (`chunk_idle_period`) [ms]. */
const STREAM_IDLE_MS = 30 * 60_000;
/** Looking for idle streams takes time, so it is not done for every line [ms]. */
const EVICTION_INTERVAL_MS = 10_000;

/** Level names that are in no map; a stream each, so they are few. */
const MAX_CUSTOM_LEVELS = 16;

/**
 * Finds the stream of each line: `service_name`, `deployment_environment_name` and `level`, then `labels`, then
 * `propsToLabels`; of two that give the same label the later wins. The host name is no label of theirs: it makes
 * every restart of a container a new stream, and it is in the line. Lines that leave late get it all the same.
 *
 * @param onReduced told once, when a line first lost labels because `maxStreams` was reached
 */
export function createStreams(
  options: Pick<ResolvedLokiOptions, 'labels' | 'propsToLabels' | 'levelMap' | 'maxStreams'>,
  onReduced: () => void,
): LokiStreams {
  const fixed = Object.entries(options.labels).map(
    ([name, value]) => [labelName(name), labelText(value)] as const,
  );
  const props = options.propsToLabels.map((field) => [field, labelName(field)] as const);
  const levelName = createLevelNames(options.levelMap);
  /** Streams with a label from `propsToLabels`, and when they were last used [ms since 1970]. */
  const extended = new Map<string, { readonly stream: LokiStream; usedAtMs: number }>();
  let nextEvictionMs = -Infinity;
  /** Streams with the line's service and environment at most. */
  const plain = new Map<string, LokiStream>();
  const byLabels = new Map<string, LokiStream>();
  let reduced = 0;

  const create = (level: string, own: Labels, extra: Labels): LokiStream => {
    const labels = Object.fromEntries([...own, ['level', level] as const, ...fixed, ...extra]);
    const labelsJson = JSON.stringify(labels);
    // Where `labels` win over a field, lines that differ in it are one stream, with one order of time.
    let stream = byLabels.get(labelsJson);
    if (!stream) byLabels.set(labelsJson, (stream = { labelsJson, stamp: createSequence() }));
    return stream;
  };
  /** Makes room by the streams that Loki has closed, too. */
  const evictIdle = (nowMs: number): void => {
    if (nowMs < nextEvictionMs) return;
    nextEvictionMs = nowMs + EVICTION_INTERVAL_MS;
    for (const [key, { stream, usedAtMs }] of extended) {
      if (nowMs - usedAtMs < STREAM_IDLE_MS) continue;
      extended.delete(key);
      byLabels.delete(stream.labelsJson);
    }
  };
  const countReduced = (): void => {
    reduced += 1;
    if (reduced === 1) onReduced();
  };

  return {
    levelName,
    get reduced() {
      return reduced;
    },
    of(record, nowMs) {
      const level = levelName(record['level']);
      const own = labelsOf(record, FIELD_LABELS);
      const extra = labelsOf(record, props);
      const plainKey = streamKey(level, own);
      if (extra.length > 0) {
        const key = `${plainKey}\0${streamKey('', extra)}`;
        const found = extended.get(key);
        if (found) {
          found.usedAtMs = nowMs;
          return found.stream;
        }
        if (extended.size >= options.maxStreams) evictIdle(nowMs);
        if (extended.size < options.maxStreams) {
          const stream = create(level, own, extra);
          extended.set(key, { stream, usedAtMs: nowMs });
          return stream;
        }
        countReduced();
      }
      const found = plain.get(plainKey);
      if (found) return found;
      const full = plain.size >= MAX_PLAIN_STREAMS;
      // Whatever the lines say, there is one more stream a level at most.
      const key = full ? level : plainKey;
      if (full && extra.length === 0) countReduced();
      let stream = plain.get(key);
      if (!stream) plain.set(key, (stream = create(level, full ? [] : own, [])));
      return stream;
    },
  };
}

type Labels = (readonly [name: string, value: string])[];

function labelsOf(
  record: Readonly<Record<string, unknown>>,
  fields: readonly (readonly [field: string, name: string])[],
): Labels {
  const labels: Labels = [];
  for (const [field, name] of fields) {
    const value = labelValue(record[field]);
    if (value !== undefined) labels.push([name, value]);
  }
  return labels;
}

function streamKey(start: string, labels: Labels): string {
  let key = start;
  for (const [name, value] of labels) key += `\0${name}\0${value}`;
  return key;
}

/**
 * Numbers go through the map, as in pino-loki; a name stands for itself unless the map was given another for it or
 * for its number.
 *
 * @param levelMap pino level, by number or by name → label value; over pino-loki's defaults
 */
function createLevelNames(levelMap: Readonly<Record<string, string>>): (level: unknown) => string {
  const map = new Map<string, string>(Object.entries({ ...DEFAULT_LEVEL_MAP, ...levelMap }));
  for (const [name, level] of Object.entries(PINO_LEVELS)) {
    if (!map.has(name)) map.set(name, levelMap[String(level)] ?? name);
  }
  const custom = new Set<string>();
  return function levelName(level) {
    if (typeof level !== 'number' && typeof level !== 'string') return 'info';
    const mapped = map.get(String(level));
    if (mapped !== undefined) return mapped;
    // As in pino-loki: a number that nobody named is information.
    if (typeof level === 'number' || !/^[A-Za-z][\w-]{0,31}$/.test(level)) return 'info';
    if (!custom.has(level) && custom.size >= MAX_CUSTOM_LEVELS) return 'info';
    custom.add(level);
    return level;
  };
}

/** As in pino-loki nothing falsy is a label; and Loki takes only text, so an object is none either. */
function labelValue(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : labelText(value);
  if (typeof value === 'number') return value === 0 ? undefined : String(value);
  return value === true ? 'true' : undefined;
}

/**
 * A label value as Loki takes it. It refuses the whole push for half a surrogate pair, and for U+FFFD as well, which is
 * what most programs, and Loki's own JSON parser, put in the place of bytes that are no text.
 */
function labelText(value: string): string {
  const whole = value.toWellFormed().replaceAll('\ufffd', '?');
  if (whole.length * 3 <= MAX_LABEL_VALUE_BYTES || Buffer.byteLength(whole) <= MAX_LABEL_VALUE_BYTES)
    return whole;
  // What the cut left of a character is dropped.
  return new TextDecoder().decode(Buffer.from(whole).subarray(0, MAX_LABEL_VALUE_BYTES), { stream: true });
}

/** Loki refuses a whole push for one label name that is not `[a-zA-Z_][a-zA-Z0-9_]*`. */
function labelName(name: string): string {
  const clean = name.replaceAll(/\W/g, '_');
  return /^\d/.test(clean) || clean === '' ? `_${clean}` : clean;
}
