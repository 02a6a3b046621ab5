/** A reason for which the service is out of service. */
export interface OutOfService {
  /** It is back. */
  dispose(): void;
}

/** Whether the service takes requests, apart from how its checks are. */
export interface ProcessState {
  /** Why it is out of service; undefined when it is not. */
  readonly outReason: string | undefined;
  readonly isDraining: boolean;
  /** The end has begun; there is no way back. */
  drainStarted(): void;
  outOfService(reason: string): OutOfService;
}

export function createProcessState(onChange: () => void): ProcessState {
  const reasons = new Map<symbol, string>();
  let isDraining = false;

  return {
    get outReason() {
      return isDraining ? 'the service is shutting down' : reasons.values().next().value;
    },
    get isDraining() {
      return isDraining;
    },
    drainStarted() {
      if (isDraining) return;
      isDraining = true;
      onChange();
    },
    outOfService(reason) {
      const key = Symbol(reason);
      reasons.set(key, reason);
      onChange();
      return {
        dispose() {
          if (reasons.delete(key)) onChange();
        },
      };
    },
  };
}
