import type { Facts, TargetFacts } from '../facts.ts';

/** What kept the last scrape from working. */
export type TargetError = 'sample-limit' | 'too-slow' | 'down' | undefined;

export function targetError({ prometheus }: Pick<Facts, 'prometheus'>): {
  readonly kind: TargetError;
  readonly target: TargetFacts | undefined;
} {
  const target = prometheus?.target?.target;
  if (target === undefined || target.health !== 'down') return { kind: undefined, target };
  const { lastError } = target;
  // `sample limit exceeded`, `label_limit exceeded`, `body size limit exceeded`.
  if (/limit exceeded|exceeded .*limit|_limit/.test(lastError)) return { kind: 'sample-limit', target };
  return { kind: /deadline exceeded|timeout/i.test(lastError) ? 'too-slow' : 'down', target };
}
