import { createHash } from 'node:crypto';

type Json = Readonly<Record<string, unknown>>;

/** What Grafana writes itself, or changes when it migrates a dashboard: no difference to anybody. */
const ofGrafana = new Set(['id', 'version', 'iteration', 'schemaVersion']);
const PUSHED = 'sightline push';
const HASH_CHARACTERS = 16;
/** Enough to see what happened; the rest is counted. */
const MOST_CHANGES = 100;

/** The content of a dashboard without what Grafana writes itself. */
function ownContent(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !ofGrafana.has(key)));
}

/** The same text for the same content, whatever the order of its keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

/** What a push writes into the history, so that the next one knows what it was and that nobody came between. */
export function pushMessage(json: Json): string {
  const hash = createHash('sha256')
    .update(canonical(ownContent(json)))
    .digest('hex');
  return `${PUSHED} ${hash.slice(0, HASH_CHARACTERS)}`;
}

/** Whether a push wrote the newest version. */
export function isPushed(message: string | undefined): boolean {
  return message?.startsWith(`${PUSHED} `) ?? false;
}

/** One difference. */
export interface Change {
  /** Such as `panels[3].targets[0].expr`. */
  readonly path: string;
  /** In Grafana; undefined when it is not there. */
  readonly before: unknown;
  /** In ours; undefined when it is not there. */
  readonly after: unknown;
}

/** Everything in which two dashboards differ, at most a hundred of it. */
export function changes(before: Json, after: Json): readonly Change[] {
  const found: Change[] = [];
  compare('', ownContent(before), ownContent(after), found);
  return found;
}

function compare(path: string, before: unknown, after: unknown, found: Change[]): void {
  if (found.length >= MOST_CHANGES || canonical(before) === canonical(after)) return;
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    found.push({ path, before, after });
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const step = Array.isArray(after) ? `[${key}]` : `${path === '' ? '' : '.'}${key}`;
    compare(`${path}${step}`, Reflect.get(before, key), Reflect.get(after, key), found);
  }
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
