import type { Clock } from '../clock.ts';
import type { CheckReport, CheckUnit } from '../engine/check-unit.ts';
import { refreshAll } from '../engine/registry.ts';
import type { ProbeName } from '../observer.ts';
import type { ProbeAnswer, ProbeScope } from './probe-answer.ts';
import {
  type Answer,
  type HealthFacts,
  METHOD_NOT_ALLOWED,
  renderHealth,
  renderNoPath,
  renderNotFound,
  renderProbe,
} from './render.ts';
import { type ProbeQuery, type ProbeTarget, createTargets, readQuery } from './target.ts';

/** A request for a probe, as little of it as is needed. */
export interface AnswerRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The query, with or without its question mark; empty for none. */
  readonly search?: string | undefined;
  /** Whether reasons and details are told. */
  readonly trusted: boolean;
}

export interface AnswererSetup {
  readonly aliases: Readonly<Record<string, ProbeTarget['kind']>>;
  readonly probeTimeoutMs: number;
  readonly clock: Clock;
  readonly probe: (name: ProbeName, scope?: ProbeScope) => ProbeAnswer | undefined;
  /** Called before each answer. */
  readonly beforeProbe: () => void;
  /** Whether the start-up probe has passed: then it asks for nothing more. */
  readonly hasStarted: () => boolean;
  readonly units: () => Iterable<CheckUnit>;
  /** The checks behind a group, or the check of that name. */
  readonly unitsOf: (part: string) => readonly CheckUnit[] | undefined;
  readonly names: () => { readonly groups: readonly string[]; readonly checks: readonly string[] };
  readonly health: () => { readonly facts: HealthFacts; readonly reports: readonly CheckReport[] };
}

export interface Answerer {
  serves(path: string): boolean;
  readonly paths: readonly string[];
  pathsOf(kind: ProbeTarget['kind']): readonly string[];
  answer(request: AnswerRequest): Answer | Promise<Answer>;
  handle(request: Request, caller?: { readonly trusted?: boolean }): Promise<Response>;
}

/** Turns requests into answers: from what is known when all of that is fresh, else after the checks that are not. */
export function createAnswerer(setup: AnswererSetup): Answerer {
  const { probeTimeoutMs, clock, probe, units, unitsOf } = setup;
  const targets = createTargets(setup.aliases);

  /**
   * Starts what is needed and not fresh.
   *
   * @returns resolves when what the answer depends on is there, or has taken too long; undefined when it is there now
   */
  function refreshed(target: ProbeTarget, { verbose, exclude }: ProbeQuery): Promise<void> | undefined {
    if (target.kind === 'livez' || (target.kind === 'startupz' && setup.hasStarted())) return undefined;
    const asked = target.part === undefined ? units() : (unitsOf(target.part) ?? []);
    const waited: CheckUnit[] = [];
    for (const unit of asked) {
      if (unit.isFresh() || exclude.includes(unit.name)) continue;
      // An optional check makes nobody wait who does not look at it.
      if (unit.settings.critical || verbose || target.part !== undefined || target.kind === 'health') {
        waited.push(unit);
      } else void unit.refresh();
    }
    return waited.length === 0 ? undefined : withinTimeout(refreshAll(waited));
  }

  async function withinTimeout(work: Promise<void>): Promise<void> {
    const { promise: tooLong, resolve } = Promise.withResolvers<void>();
    const cancel = clock.schedule(resolve, probeTimeoutMs);
    await Promise.race([work, tooLong]);
    cancel();
  }

  function render({ kind, part }: ProbeTarget, { verbose, exclude }: ProbeQuery, trusted: boolean): Answer {
    if (kind === 'health') {
      const { facts, reports } = setup.health();
      return renderHealth(facts, reports, trusted);
    }
    const found = probe(kind, { part, exclude });
    if (found !== undefined) return renderProbe(found, verbose, trusted);
    const { groups, checks } = setup.names();
    return renderNotFound(part ?? '', groups, checks);
  }

  function answer({ method, path, search = '', trusted }: AnswerRequest): Answer | Promise<Answer> {
    const target = targets.find(path);
    if (target === undefined) return renderNoPath(targets.paths);
    if (method !== 'GET' && method !== 'HEAD') return METHOD_NOT_ALLOWED;
    setup.beforeProbe();
    const query = readQuery(search);
    const waiting = refreshed(target, query);
    if (waiting === undefined) return render(target, query, trusted);
    return waiting.then(() => render(target, query, trusted));
  }

  return {
    serves: (path) => targets.find(path) !== undefined,
    paths: targets.paths,
    pathsOf: (kind) => targets.paths.filter((path) => targets.find(path)?.kind === kind),
    answer,
    async handle(request, { trusted = false } = {}) {
      const { pathname, search } = new URL(request.url);
      const { method } = request;
      const { status, headers, body } = await answer({ method, path: pathname, search, trusted });
      return new Response(method === 'HEAD' ? null : body, { status, headers });
    },
  };
}
