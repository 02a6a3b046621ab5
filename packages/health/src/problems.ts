import { type ErrorCode, type ErrorParts, SightlineError } from '@sightline/errors';

/** What went wrong with health itself, told once each. */
export interface Problems {
  /** @param key what it is about; the same is told once */
  once(key: string, code: ErrorCode, parts: ErrorParts, cause?: unknown): void;
  tell(problem: SightlineError): void;
}

/** Most keys that are remembered; past it nothing more is told, as there is something to correct by then. */
const MAX_KEYS = 200;

export function createProblems(onProblem: (problem: SightlineError) => void): Problems {
  const keys = new Set<string>();

  function tell(problem: SightlineError): void {
    try {
      onProblem(problem);
    } catch {
      // Whoever wants to know of problems must not make one.
    }
  }

  return {
    once(key, code, parts, cause) {
      if (keys.has(key) || keys.size >= MAX_KEYS) return;
      keys.add(key);
      tell(new SightlineError(code, parts, cause === undefined ? undefined : { cause }));
    },
    tell,
  };
}

/** Where problems go when nobody asked for them: to Node's warnings. */
export function warnProcess({ code, message }: SightlineError): void {
  process.emitWarning(message, { type: 'SightlineWarning', code });
}
