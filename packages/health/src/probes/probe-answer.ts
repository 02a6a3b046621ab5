import type { Censor } from '../censor.ts';
import type { CheckUnit } from '../engine/check-unit.ts';
import type { ProbeName } from '../observer.ts';
import { isFailing } from '../status.ts';

/** One thing that a probe looked at. */
export interface ProbeLine {
  readonly name: string;
  readonly state: 'ok' | 'degraded' | 'failed' | 'excluded';
  /** True when it fails the probe. */
  readonly blocking: boolean;
  /** Why it is not ok; censored, for trusted callers only. */
  readonly reason?: string | undefined;
}

/** What a probe answers. */
export interface ProbeAnswer {
  readonly probe: ProbeName;
  /** 200 or 503. */
  readonly ok: boolean;
  readonly lines: readonly ProbeLine[];
  /** Names that were to be excluded and that there are not. */
  readonly notExcluded: readonly string[];
}

/** What part of readiness is asked for. */
export interface ProbeScope {
  /** The name of a group or of a check; readiness of everything by default. */
  readonly part?: string | undefined;
  /** Names that do not count. */
  readonly exclude?: readonly string[] | undefined;
}

/** Lines that stand for the process, not for a check; no check has one of these names. */
export const reservedNames = ['configuration', 'drain', 'event-loop-pressure', 'startup'] as const;

export function okLine(name: string): ProbeLine {
  return { name, state: 'ok', blocking: false };
}

export function failedLine(name: string, reason: string): ProbeLine {
  return { name, state: 'failed', blocking: true, reason };
}

/** A check as readiness sees it: one that is critical fails it while it is down or not known. */
export function checkLine(unit: CheckUnit): ProbeLine {
  const { status, name, settings } = unit;
  if (status === 'up') return okLine(name);
  const reason = status === 'unknown' ? 'no result yet' : unit.report().reason;
  if (status === 'degraded') return { name, state: 'degraded', blocking: false, reason };
  return { name, state: 'failed', blocking: settings.critical && isFailing(status), reason };
}

/** A check by itself: whoever asks for it alone wants to know of it, critical or not. */
export function soleCheckLine(unit: CheckUnit): ProbeLine {
  const line = checkLine(unit);
  return line.state === 'failed' ? { ...line, blocking: true } : line;
}

/** A task of the start. */
export function taskLine(
  {
    name,
    state,
    reason,
  }: { readonly name: string; readonly state: string; readonly reason: string | undefined },
  censor: Censor,
): ProbeLine {
  return state === 'done' ? okLine(`task/${name}`) : failedLine(`task/${name}`, censor.text(reason ?? state));
}

/** @param exclude names that do not count; those that there are not are told */
export function probeAnswer(
  probe: ProbeName,
  lines: readonly ProbeLine[],
  exclude: readonly string[] = [],
): ProbeAnswer {
  if (exclude.length === 0) {
    return { probe, ok: !lines.some(({ blocking }) => blocking), lines, notExcluded: [] };
  }
  const left = lines.map((line): ProbeLine =>
    exclude.includes(line.name) ? { name: line.name, state: 'excluded', blocking: false } : line,
  );
  return {
    probe,
    ok: !left.some(({ blocking }) => blocking),
    lines: left,
    notExcluded: exclude.filter((name) => !lines.some((line) => line.name === name)),
  };
}
