import { type Facts, type Part, type Server, servers } from '../facts.ts';
import { defineRule, type Found, type Rule } from '../finding.ts';
import { listAt, numberAt, textAt } from '../json-at.ts';
import { type Answer, type Failure, jsonIn } from '../probe.ts';
import { appState } from './app-state.ts';

/** One address that has to answer. */
export interface Address {
  readonly part: Part;
  readonly url: string;
  readonly answer: Answer;
}

/**
 * Every address that has to answer. Where traces are sent to counts when the service says that it cannot send there, or
 * when it has not said that it can: in a container, it may know the place by a name that is none here.
 */
export function addressesOf(facts: Facts): readonly Address[] {
  const { app, planted, otlpUrl } = facts;
  const atServers = servers.flatMap((part: Server): readonly Address[] => {
    const at = facts[part];
    return at === undefined ? [] : [{ part, url: at.url, answer: at.ready }];
  });
  const isKnown = !['unknown', 'running'].includes(appState(facts));
  return [
    ...(isKnown ? [] : [{ part: 'app', url: app.url, answer: app.status } as const]),
    ...(planted === undefined || isBeyondUs(facts)
      ? []
      : [{ part: 'otlp', url: otlpUrl, answer: planted.ownTrace } as const]),
    ...atServers,
  ];
}

/**
 * Whether what the doctor was answered there says nothing about the service: it has sent traces, or it has headers that the
 * doctor has not, or it is in another network, where names are others, and has nothing to complain about.
 */
function isBeyondUs(facts: Facts): boolean {
  const { app, planted } = facts;
  if (exportsTraces(facts)) return true;
  const status = jsonIn(app.statusAfter);
  if (status === undefined || textAt(status, 'telemetry', 'exports', 'traces', 'lastError') !== undefined)
    return false;
  const answer = planted?.ownTrace;
  const hasHeaders = listAt(status, 'config', 'traces', 'otlp', 'headerNames').length > 0;
  if (answer?.kind === 'answer') return hasHeaders && (answer.status === 401 || answer.status === 403);
  return app.process === undefined;
}

/** Whether the service has sent traces and the last attempt was not in vain. */
function exportsTraces({ app }: Pick<Facts, 'app'>): boolean {
  const json = jsonIn(app.statusAfter);
  const at = ['telemetry', 'exports', 'traces'] as const;
  return (numberAt(json, ...at, 'exported') ?? 0) > 0 && textAt(json, ...at, 'lastError') === undefined;
}

/** Where to turn for an address that does not answer as it should. */
export function optionOf(part: Part): string {
  if (part === 'otlp') return 'OTEL_EXPORTER_OTLP_ENDPOINT';
  return part === 'app' ? '--admin' : `--${part}`;
}

export function nameOf(part: Part): string {
  if (part === 'app') return 'the admin server of the service';
  if (part === 'otlp') return 'what traces are sent to';
  return `${part.charAt(0).toUpperCase()}${part.slice(1)}`;
}

/** A rule about addresses that failed in one way. */
export function networkRule(rule: {
  readonly code: string;
  readonly when: string;
  readonly failures: readonly Failure[];
  /** After the name and the address. */
  readonly seen: string;
  readonly fix: (address: Address, facts: Facts) => string;
}): Rule {
  return defineRule({
    code: rule.code,
    when: rule.when,
    check: (facts) =>
      addressesOf(facts).flatMap((address): readonly Found[] => {
        const { part, url, answer } = address;
        if (answer.kind !== 'failed' || !rule.failures.includes(answer.failure)) return [];
        return [
          {
            part,
            seen: `${nameOf(part)} at ${url} ${rule.seen} (${answer.detail})`,
            fix: rule.fix(address, facts),
          },
        ];
      }),
  });
}
