import { type ErrorCode, type ErrorParts, SightlineError } from '@sightline/errors';

/** What is told of a metric, once each. */
export interface Problems {
  /** @param key what it is about; the same is told once */
  once(key: string, code: ErrorCode, parts: ErrorParts, cause?: unknown): void;
  tell(problem: SightlineError): void;
  /** What was told so far, the first hundred. */
  readonly told: readonly SightlineError[];
}

/** Most keys that are remembered; past it nothing more is told, as there is something to correct by then. */
const MAX_KEYS = 1000;
const MAX_TOLD = 100;

export function createProblems(onProblem: (problem: SightlineError) => void): Problems {
  const keys = new Set<string>();
  const told: SightlineError[] = [];

  function tell(problem: SightlineError): void {
    if (told.length < MAX_TOLD) told.push(problem);
    try {
      onProblem(problem);
    } catch {
      // Whoever wants to know of problems must not make one.
    }
  }

  return {
    once(key, code, parts, cause) {
      if (keys.size >= MAX_KEYS || keys.has(key)) return;
      keys.add(key);
      tell(new SightlineError(code, parts, cause === undefined ? undefined : { cause }));
    },
    tell,
    told,
  };
}

/** Where problems go when nobody asked for them: to Node's warnings. */
export function warnProcess({ code, message }: SightlineError): void {
  process.emitWarning(message, { type: 'SightlineWarning', code });
}
