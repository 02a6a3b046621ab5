import { labelHash } from '../../label-hash.ts';

/** What a group is told apart by. */
export interface EvaluationSlotOptions {
  /** Path of its file, as it was given. */
  readonly file: string;
  readonly group: string;
  readonly intervalMs: number;
}

const NS_PER_MS = 1_000_000n;

/**
 * The latest time at or before now at which Prometheus evaluates a group: groups are spread over the interval by a hash
 * of their file and name, so that not all of them are evaluated at once.
 *
 * @param nowMs since 1970 [ms]
 * @returns since 1970 [ms], the fraction cut off
 */
export function evaluationSlotMs({ file, group, intervalMs }: EvaluationSlotOptions, nowMs: number): number {
  const intervalNs = BigInt(Math.round(intervalMs)) * NS_PER_MS;
  const offsetNs = labelHash({ names: ['file', 'name'], values: [file, group] }) % intervalNs;
  const nowNs = BigInt(Math.floor(nowMs)) * NS_PER_MS + NS_PER_MS - 1n;
  const sinceNs = nowNs - offsetNs;
  return Number((sinceNs - (sinceNs % intervalNs) + offsetNs) / NS_PER_MS);
}
