import { useEffect, useRef, useState } from 'preact/hooks';
import { waitForOther } from '../../../state/asking.ts';
import { location } from '../../../state/location.ts';
import { rangeText, refreshed, timeRange } from '../../../state/time-range.ts';
import type { Dashboard } from '../model/dashboard.ts';
import { timeVariables } from '../model/plan-target.ts';
import { askOptions } from './ask-options.ts';
import { type ResolvedVariable, resolveVariables } from './resolve-variables.ts';

/** Values come and go slowly; asking with every refresh would be most of all questions. */
const ASK_AGAIN_MS = 30_000;

/** The variables of a dashboard; undefined until they are known for the first time. */
export function useVariables(dashboard: Dashboard): readonly ResolvedVariable[] | undefined {
  const [resolved, setResolved] = useState<readonly ResolvedVariable[] | undefined>(undefined);
  const askedAtMs = useRef({ key: '', timeMs: 0 });
  const running = useRef<AbortController | undefined>(undefined);
  const { params } = location.value;
  const chosen = JSON.stringify(
    dashboard.variables.map(({ name }) => (params.has(`var-${name}`) ? params.getAll(`var-${name}`) : null)),
  );
  const { from, to } = rangeText.value;
  const key = JSON.stringify([dashboard.uid, chosen, from, to]);
  const tick = refreshed.value;

  useEffect(() => {
    const nowMs = Date.now();
    if (askedAtMs.current.key === key && nowMs - askedAtMs.current.timeMs < ASK_AGAIN_MS) return;
    const came = askedAtMs.current.key === '' || askedAtMs.current.key === key ? undefined : waitForOther();
    askedAtMs.current = { key, timeMs: nowMs };
    running.current?.abort();
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => came?.());
    running.current = controller;
    const { startMs, endMs } = timeRange.peek();
    const times = timeVariables({ startMs, endMs, points: 500, scrapeMs: 15_000 }, 15_000);
    void (async () => {
      const found = await resolveVariables(dashboard.variables, {
        chosenOf: (name) => (params.has(`var-${name}`) ? params.getAll(`var-${name}`) : undefined),
        ask: (definition, scope) => askOptions(definition, scope, { startMs, endMs }, controller.signal),
        rangeMs: endMs - startMs,
        builtIn: (name) => times[name],
      });
      if (controller.signal.aborted) return;
      came?.();
      // The same again is the same, so that no panel asks anew.
      setResolved((before) => (JSON.stringify(before) === JSON.stringify(found) ? before : found));
    })();
  }, [key, tick]);

  useEffect(() => () => running.current?.abort(), []);
  return resolved;
}
