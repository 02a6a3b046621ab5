import type { LabelMatcher } from '@sightline/query';
import { parse } from 'yaml';
import { z } from 'zod';
import { compileMatcher } from '../store/compiled-matcher.ts';
import { durationMs } from '@sightline/query/promql';
import { httpConfigSchema } from './http-config.ts';
import type { InhibitRule } from './inhibition.ts';
import { matcherText, parseMatcher, parseMatchers } from './parse-matchers.ts';
import { type Receiver, readReceiver, receiverSchema } from './read-receiver.ts';
import { readTimeInterval } from './read-time-interval.ts';
import type { RouteNode } from './route-tree.ts';
import type { TimeInterval } from './time-intervals.ts';
import { withoutSecrets } from './without-secrets.ts';

/** A receiver, and what is done for it. */
export interface ReceiverStatus {
  readonly name: string;
  /** Kinds that are delivered: `webhook_configs`. */
  readonly delivered: readonly string[];
  /**
   * Kinds that the file has for it and that nobody is told by from here: `slack_configs`, or
   * `webhook_configs with http_config.tls_config`.
   */
  readonly shownOnly: readonly string[];
}

/** What Alertmanager's own file says, as far as it is acted on here. */
export interface AlertmanagerConfig {
  readonly root: RouteNode;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** An alert that is not heard of any more is over after this [ms]. */
  readonly resolveTimeoutMs: number;
  /** The file itself without its secrets, as `/api/v2/status` shows it. */
  readonly text: string;
}

/** What is done for each receiver of a file. */
export function receiverStatuses({ receivers }: AlertmanagerConfig): readonly ReceiverStatus[] {
  return Array.from(receivers.values(), ({ name, webhooks, otherKinds }) => ({
    name,
    delivered: webhooks.length > 0 ? ['webhook_configs'] : [],
    shownOnly: otherKinds,
  }));
}

/** A file that cannot be acted on, with everything that is wrong in it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** 0 alone needs no unit, and may be a number. */
const duration = z.union([z.string(), z.number().transform(String)]).transform((text, context) => {
  const ms = durationMs(text);
  if (ms === undefined)
    context.addIssue({ code: 'custom', message: `expected a duration such as 5m, is ${text}` });
  return ms ?? 0;
});

const durationAboveZero = duration.refine((ms) => ms > 0, 'must not be zero');

function attempt<Value>(context: z.RefinementCtx, read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return otherwise;
  }
}

/** @throws {QueryError} when its regular expression is none: else every alert would, that is held against it */
function compiling(matcher: LabelMatcher): LabelMatcher {
  compileMatcher(matcher);
  return matcher;
}

const matchers = z
  .array(z.string())
  .transform((texts, context) =>
    texts.flatMap((text) =>
      attempt(
        context,
        () =>
          (text.includes(',') || text.startsWith('{') ? parseMatchers(text) : [parseMatcher(text)]).map(
            compiling,
          ),
        [],
      ),
    ),
  );

/** `match: {a: b}`, as older files have it. */
function oldMatchers(op: '=' | '=~') {
  return z
    .record(z.string(), z.string())
    .transform((pairs, context) =>
      Object.entries(pairs).flatMap(([name, value]) =>
        attempt(context, () => [compiling({ name, op, value })], []),
      ),
    );
}

const routeFields = {
  receiver: z.string().optional(),
  group_by: z.array(z.string()).optional(),
  continue: z.boolean().optional(),
  matchers: matchers.optional(),
  match: oldMatchers('=').optional(),
  match_re: oldMatchers('=~').optional(),
  group_wait: duration.optional(),
  group_interval: durationAboveZero.optional(),
  repeat_interval: durationAboveZero.optional(),
  mute_time_intervals: z.array(z.string()).optional(),
  active_time_intervals: z.array(z.string()).optional(),
};

const flatRoute = z.strictObject(routeFields);

interface WrittenRoute extends z.output<typeof flatRoute> {
  readonly routes?: WrittenRoute[] | undefined;
}

const route: z.ZodType<WrittenRoute> = z.strictObject({
  ...routeFields,
  routes: z.lazy(() => z.array(route)).optional(),
});

const inhibitRule = z.looseObject({
  source_matchers: matchers.default([]),
  source_match: oldMatchers('=').default([]),
  source_match_re: oldMatchers('=~').default([]),
  target_matchers: matchers.default([]),
  target_match: oldMatchers('=').default([]),
  target_match_re: oldMatchers('=~').default([]),
  equal: z.array(z.string()).default([]),
});

const timeInterval = z.strictObject({
  name: z.string(),
  time_intervals: z
    .array(
      z
        .strictObject({
          times: z.array(z.strictObject({ start_time: z.string(), end_time: z.string() })).optional(),
          weekdays: z.array(z.string()).optional(),
          days_of_month: z.array(z.coerce.string()).optional(),
          months: z.array(z.coerce.string()).optional(),
          years: z.array(z.coerce.string()).optional(),
          location: z.string().optional(),
        })
        .transform((written, context) => attempt(context, () => readTimeInterval(written), undefined)),
    )
    .default([]),
});

const file = z.looseObject({
  global: z
    .looseObject({ resolve_timeout: duration.optional(), http_config: httpConfigSchema.optional() })
    .optional(),
  route,
  receivers: z.array(receiverSchema).min(1),
  inhibit_rules: z.array(inhibitRule).default([]),
  time_intervals: z.array(timeInterval).default([]),
  mute_time_intervals: z.array(timeInterval).default([]),
});

/** Alertmanager's own defaults. */
const DEFAULTS = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 14_400_000 };
const RESOLVE_TIMEOUT_MS = 300_000;

/**
 * Reads the text of an `alertmanager.yml`.
 *
 * @param readFile reads what `url_file` names; receivers whose file is missing have no webhook
 * @throws {ConfigError} with everything that is wrong, each by its path
 */
export function readAlertmanagerConfig(
  text: string,
  readFile: (path: string) => string | undefined = () => undefined,
): AlertmanagerConfig {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    // What follows shows a line of the file, which may hold a secret.
    throw new ConfigError([(error as Error).message.split('\n')[0]!.replace(/:$/, '')]);
  }
  const parsed = file.safeParse(document);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`));
  }
  const { global, route: root, receivers, inhibit_rules: rules } = parsed.data;
  const intervals = [...parsed.data.time_intervals, ...parsed.data.mute_time_intervals];
  const timeIntervals = new Map(
    intervals.map(({ name, time_intervals: each }) => [name, each.filter((one) => one !== undefined)]),
  );
  const names = new Set(receivers.map(({ name }) => name));
  const problems: string[] = [];
  const known = receivers.map((each, at) =>
    readReceiver(each, { path: `receivers[${at}]`, http: global?.http_config, readFile, problems }),
  );
  const tree = nodeOf(root, undefined, 'route', { names, intervals: timeIntervals, problems });
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    root: tree,
    receivers: new Map(known.map((each) => [each.name, each])),
    inhibitRules: rules.map((rule) => ({
      sourceMatchers: [...rule.source_matchers, ...rule.source_match, ...rule.source_match_re],
      targetMatchers: [...rule.target_matchers, ...rule.target_match, ...rule.target_match_re],
      equal: rule.equal,
    })),
    timeIntervals,
    resolveTimeoutMs: global?.resolve_timeout ?? RESOLVE_TIMEOUT_MS,
    text: withoutSecrets(text),
  };
}

interface Known {
  readonly names: ReadonlySet<string>;
  readonly intervals: ReadonlyMap<string, unknown>;
  readonly problems: string[];
}

function nodeOf(written: WrittenRoute, parent: RouteNode | undefined, path: string, known: Known): RouteNode {
  const own = [...(written.matchers ?? []), ...(written.match ?? []), ...(written.match_re ?? [])];
  const name = written.receiver ?? parent?.receiver;
  if (name === undefined) known.problems.push(`${path}.receiver: the root route needs one`);
  else if (!known.names.has(name))
    known.problems.push(`${path}.receiver: there is no receiver ${JSON.stringify(name)}`);
  if (parent === undefined && own.length > 0)
    known.problems.push(`${path}: the root route must not have matchers`);
  const intervals = [...(written.mute_time_intervals ?? []), ...(written.active_time_intervals ?? [])];
  if (parent === undefined && intervals.length > 0)
    known.problems.push(`${path}: the root route must not have mute or active time intervals`);
  for (const interval of intervals) {
    if (!known.intervals.has(interval))
      known.problems.push(`${path}: there is no time interval ${JSON.stringify(interval)}`);
  }
  const node: Omit<RouteNode, 'routes'> = {
    id: path,
    key: `${parent === undefined ? '' : `${parent.key}/`}{${own.map(matcherText).join(',')}}`,
    matchers: own,
    receiver: name ?? '',
    groupBy: groupByOf(written, parent),
    groupWaitMs: written.group_wait ?? parent?.groupWaitMs ?? DEFAULTS.groupWaitMs,
    groupIntervalMs: written.group_interval ?? parent?.groupIntervalMs ?? DEFAULTS.groupIntervalMs,
    repeatIntervalMs: written.repeat_interval ?? parent?.repeatIntervalMs ?? DEFAULTS.repeatIntervalMs,
    muteTimeIntervals: written.mute_time_intervals ?? [],
    activeTimeIntervals: written.active_time_intervals ?? [],
    continues: written.continue ?? false,
  };
  const routes = (written.routes ?? []).map((child, at) =>
    nodeOf(child, { ...node, routes: [] }, `${path}.routes[${at}]`, known),
  );
  return { ...node, routes };
}

function groupByOf(written: WrittenRoute, parent: RouteNode | undefined): readonly string[] | undefined {
  if (written.group_by === undefined) return parent === undefined ? [] : parent.groupBy;
  return written.group_by.includes('...') ? undefined : written.group_by;
}

function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path)
    text += typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${String(part)}`;
  return text === '' ? 'the file' : text;
}
