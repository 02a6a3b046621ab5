import type { Servers } from './servers.ts';

/** How long what is open may go on. */
export interface QuietTimes {
  /** Longest wait [ms]. */
  readonly deadlineMs: number;
  /**
   * How long nothing must have been under way while connections are still open [ms]: a request may be on its way on one
   * that looks idle.
   */
  readonly settleMs: number;
}

/** Resolves when nothing is under way, at the deadline, or when it is hurried, whatever is first. */
export function untilQuiet(
  servers: Pick<Servers, 'open' | 'awaited' | 'onChange'>,
  { deadlineMs, settleMs }: QuietTimes,
  hurry: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let settling: NodeJS.Timeout | undefined;
    const deadline = setTimeout(end, deadlineMs);
    const stopListening = servers.onChange(check);

    function end(): void {
      clearTimeout(deadline);
      clearTimeout(settling);
      stopListening();
      hurry.removeEventListener('abort', end);
      resolve();
    }

    function check(): void {
      clearTimeout(settling);
      const { requests, streams, connections } = servers.open();
      if (requests > 0 || streams > 0 || servers.awaited() > 0) return;
      if (connections === 0) end();
      else settling = setTimeout(endUnlessBusy, settleMs);
    }

    /** What began meanwhile is looked at when it has ended. */
    function endUnlessBusy(): void {
      const { requests, streams } = servers.open();
      if (requests === 0 && streams === 0) end();
    }

    hurry.addEventListener('abort', end, { once: true });
    if (hurry.aborted) end();
    else check();
  });
}
