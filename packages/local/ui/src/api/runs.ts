import { requestJson } from './request.ts';
import type { Run } from './stack.ts';

/*
 * How two starts of a service differ. What only the embedded stack tells: with the real servers behind it this answers
 * 404.
 */

interface ShareDifference {
  readonly isSignificant: boolean;
}

interface OperationNumbers {
  readonly requests: number;
  readonly failed: number;
  readonly ratePerSecond: number;
  readonly errorRatio: number;
  readonly p50Seconds?: number;
  readonly p95Seconds?: number;
  readonly p99Seconds?: number;
}

export type Presence = 'in both' | 'new' | 'gone';

export interface OperationDifference {
  readonly kind: 'route' | 'dependency' | 'database';
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: Presence;
  readonly before?: OperationNumbers;
  readonly after?: OperationNumbers;
  readonly errors?: ShareDifference;
  readonly p50?: ShareDifference;
  readonly p95?: ShareDifference;
  readonly p99?: ShareDifference;
  readonly isSignificant: boolean;
}

export interface ResourceDifference {
  readonly name: string;
  readonly unit: 'bytes' | 'cores' | 'seconds' | 'ratio';
  readonly before?: { readonly mean: number; readonly max: number };
  readonly after?: { readonly mean: number; readonly max: number };
  readonly ratio?: number;
  readonly isSignificant: boolean;
}

interface LineDifference {
  readonly beforeLines: number;
  readonly afterLines: number;
  readonly state: Presence;
  readonly isSignificant: boolean;
}

/** How two runs of a service differ; the newest two unless told otherwise. */
export interface RunComparison {
  readonly before: Run & { readonly seconds: number };
  readonly after: Run & { readonly seconds: number };
  /** When a difference is called significant, in words. */
  readonly rule: string;
  readonly operations: readonly OperationDifference[];
  readonly resources: readonly ResourceDifference[];
  readonly logs: {
    readonly patterns: readonly (LineDifference & { readonly pattern: string; readonly level: string })[];
    readonly errors: readonly (LineDifference & {
      readonly fingerprint: string;
      readonly type: string;
      readonly message: string;
    })[];
  };
}

export async function compareRuns(
  before: string,
  after: string,
  signal?: AbortSignal,
): Promise<RunComparison> {
  return requestJson('/sightline/api/v1/runs/compare', { before, after }, { signal });
}
