import { hasMethods } from '../shape.ts';

/** What the listeners of cockatiel give back. */
interface Disposable {
  dispose(): void;
}

/** One kind of event of cockatiel. */
type CockatielEvent<Data> = (listener: (data: Data) => void) => Disposable;

/** Why a run failed: it threw, or what it gave back is handled as a failure. */
export type FailureReason = { readonly error: unknown } | { readonly value: unknown };

interface SuccessEvent {
  /** [ms] */
  readonly duration: number;
}

interface FailureEvent {
  /** [ms] */
  readonly duration: number;
  /** False: the policy lets this error pass. */
  readonly handled: boolean;
  readonly reason: FailureReason;
}

interface PolicyContext {
  readonly signal: AbortSignal;
}

/** What a policy is given to run; a timeout hands over the signal a second time. */
export type Run = (context: PolicyContext, signal?: AbortSignal) => unknown;

/** What every policy of cockatiel has: versions 2 to 4. */
interface CockatielPolicy {
  readonly onSuccess: CockatielEvent<SuccessEvent>;
  readonly onFailure: CockatielEvent<FailureEvent>;
  execute(run: Run, signal?: AbortSignal): Promise<unknown>;
}

export interface CockatielBreaker extends CockatielPolicy {
  /** `CircuitState`: 0 closed, 1 open, 2 half open, 3 isolated. */
  readonly state: number;
  readonly onBreak: CockatielEvent<FailureReason | { readonly isolated: true }>;
  readonly onStateChange: CockatielEvent<number>;
  isolate(): unknown;
}

export interface CockatielRetry extends CockatielPolicy {
  readonly onRetry: CockatielEvent<unknown>;
  readonly onGiveUp: CockatielEvent<FailureReason>;
}

export interface CockatielTimeout extends CockatielPolicy {
  /** [ms] */
  readonly duration: number;
  readonly onTimeout: CockatielEvent<void>;
}

export interface CockatielBulkhead extends CockatielPolicy {
  /** Places that are free now. */
  readonly executionSlots: number;
  /** Places to wait in that are free now. */
  readonly queueSlots: number;
  readonly onReject: CockatielEvent<void>;
}

export interface CockatielFallback extends CockatielPolicy {
  /** Private to cockatiel: what the fallback is made with. It has no event of its own that would tell it apart. */
  value(): unknown;
}

/** What `wrap` makes of several policies. */
export interface CockatielWrap extends CockatielPolicy {
  readonly wrapped: readonly object[];
}

function isPolicy(thing: unknown): thing is CockatielPolicy {
  return hasMethods(thing, 'onSuccess', 'onFailure', 'execute');
}

export function isCockatielBreaker(thing: unknown): thing is CockatielBreaker {
  return (
    isPolicy(thing) &&
    hasMethods(thing, 'onBreak', 'onStateChange', 'isolate') &&
    typeof (thing as Partial<CockatielBreaker>).state === 'number'
  );
}

export function isCockatielRetry(thing: unknown): thing is CockatielRetry {
  return isPolicy(thing) && hasMethods(thing, 'onRetry', 'onGiveUp');
}

export function isCockatielTimeout(thing: unknown): thing is CockatielTimeout {
  return (
    isPolicy(thing) &&
    hasMethods(thing, 'onTimeout') &&
    typeof (thing as Partial<CockatielTimeout>).duration === 'number'
  );
}

export function isCockatielBulkhead(thing: unknown): thing is CockatielBulkhead {
  if (!isPolicy(thing) || !hasMethods(thing, 'onReject')) return false;
  const { executionSlots, queueSlots } = thing as Partial<CockatielBulkhead>;
  return typeof executionSlots === 'number' && typeof queueSlots === 'number';
}

export function isCockatielFallback(thing: unknown): thing is CockatielFallback {
  return isPolicy(thing) && hasMethods(thing, 'value') && Object.hasOwn(thing, 'executor');
}

export function isCockatielWrap(thing: unknown): thing is CockatielWrap {
  return isPolicy(thing) && Array.isArray((thing as Partial<CockatielWrap>).wrapped);
}
