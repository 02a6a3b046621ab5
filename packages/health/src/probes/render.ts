import type { CheckReport } from '../engine/check-unit.ts';
import type { ServiceStatus } from '../status.ts';
import type { ProbeAnswer, ProbeLine } from './probe-answer.ts';

/** What is answered, whatever it is that answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const COMMON = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;
const TEXT = { ...COMMON, 'content-type': 'text/plain; charset=utf-8' } as const;
const HEALTH_JSON = { ...COMMON, 'content-type': 'application/health+json; charset=utf-8' } as const;

const PASSED: Answer = { status: 200, headers: TEXT, body: 'ok' };

/** Longest name that is repeated to whoever wrote it. */
const MAX_NAME_LENGTH = 64;

/**
 * The answer of a probe, as Kubernetes' own components write it: `ok`, or every line when it failed or when they were asked
 * for. https://kubernetes.io/docs/reference/using-api/health-checks/
 *
 * @param trusted whether reasons are told; else they are withheld
 */
export function renderProbe(answer: ProbeAnswer, verbose: boolean, trusted: boolean): Answer {
  const { probe, ok, lines, notExcluded } = answer;
  if (ok && !verbose) return PASSED;
  const text = lines.map((line) => renderLine(line, trusted));
  if (notExcluded.length > 0) {
    const names = notExcluded.map((name) => JSON.stringify(name.slice(0, MAX_NAME_LENGTH))).join(', ');
    text.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  text.push(`${probe} check ${ok ? 'passed' : 'failed'}`, '');
  return { status: ok ? 200 : 503, headers: TEXT, body: text.join('\n') };
}

/** `[-]` stands at what fails the probe, `[!]` at what does not although it is not well. */
function renderLine({ name, state, blocking, reason }: ProbeLine, trusted: boolean): string {
  if (state === 'ok') return `[+]${name} ok`;
  if (state === 'excluded') return `[+]${name} excluded: ok`;
  const mark = blocking ? '[-]' : '[!]';
  const why = trusted ? (reason ?? 'no reason given').replaceAll(/\s+/g, ' ') : 'reason withheld';
  return `${mark}${name} ${state}: ${why}`;
}

/** What `/health` says besides the checks. */
export interface HealthFacts {
  readonly status: ServiceStatus;
  /** What of the process itself is not well; censored. */
  readonly lines: readonly ProbeLine[];
  readonly version: string | undefined;
  readonly serviceName: string | undefined;
}

const HEALTH_WORDS = { up: 'pass', degraded: 'warn', down: 'fail', 'out-of-service': 'fail' } as const;
const CHECK_WORDS = { up: 'pass', degraded: 'warn', down: 'fail', unknown: 'warn' } as const;

/**
 * Everything, in the format of the draft for health of HTTP APIs.
 * https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 *
 * @param trusted whether reasons, details and times are told
 */
export function renderHealth(facts: HealthFacts, reports: readonly CheckReport[], trusted: boolean): Answer {
  const { status, version, serviceName, lines } = facts;
  const failing = lines.filter(({ blocking }) => blocking);
  const output = failing.map(({ name, reason }) =>
    trusted && reason !== undefined ? `${name}: ${reason}` : name,
  );
  const body = {
    status: HEALTH_WORDS[status],
    ...(version !== undefined && { version }),
    ...(serviceName !== undefined && { serviceId: serviceName }),
    ...(output.length > 0 && { output: output.join('; ') }),
    checks: Object.fromEntries(
      reports.map((report) => [`${report.name}:responseTime`, [renderCheck(report, trusted)]]),
    ),
  };
  return {
    status: status === 'up' || status === 'degraded' ? 200 : 503,
    headers: HEALTH_JSON,
    body: `${JSON.stringify(body, undefined, 2)}\n`,
  };
}

function renderCheck(report: CheckReport, trusted: boolean): Readonly<Record<string, unknown>> {
  const { name, status, critical, groups, dependsOn, reason, details, durationMs, ranAtMs, lastSuccessAtMs } =
    report;
  const open = { componentId: name, status: CHECK_WORDS[status], state: status, critical };
  if (!trusted) return open;
  return {
    ...open,
    ...(durationMs !== undefined && {
      observedValue: Math.round(durationMs * 1000) / 1000,
      observedUnit: 'ms',
    }),
    ...(ranAtMs !== undefined && { time: new Date(ranAtMs).toISOString() }),
    ...(reason !== undefined && { output: reason }),
    ...(details && { details }),
    ...(groups.length > 0 && { groups }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(lastSuccessAtMs !== undefined && { lastSuccess: new Date(lastSuccessAtMs).toISOString() }),
  };
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

/** There is no such group or check, and what there is. */
export function renderNotFound(part: string, groups: readonly string[], checks: readonly string[]): Answer {
  const body = `There is no group or check ${JSON.stringify(part.slice(0, MAX_NAME_LENGTH))}.\nGroups: ${listed(groups)}.\nChecks: ${listed(checks)}.\n`;
  return { status: 404, headers: TEXT, body };
}

/** There is nothing at this path. */
export function renderNoPath(paths: readonly string[]): Answer {
  return {
    status: 404,
    headers: TEXT,
    body: `There is nothing here. What is answered: ${paths.join(', ')}.\n`,
  };
}

/** Only reading is answered. */
export const METHOD_NOT_ALLOWED: Answer = {
  status: 405,
  headers: { ...TEXT, allow: 'GET, HEAD' },
  body: 'This answers GET and HEAD.\n',
};
