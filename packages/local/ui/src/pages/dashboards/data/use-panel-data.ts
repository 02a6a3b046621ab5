import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { problemFrom } from '../../../api/request.ts';
import { waitForOther } from '../../../state/asking.ts';
import { rangeText, refreshed, timeRange } from '../../../state/time-range.ts';
import type { Panel } from '../model/dashboard.ts';
import type { Scope } from '../model/interpolate.ts';
import { panelMoments } from '../model/panel-moments.ts';
import { type Plan, planTarget } from '../model/plan-target.ts';
import { askPanel } from './ask-panel.ts';
import type { PanelData } from './panel-data.ts';

interface Options {
  readonly scope: Scope;
  /** Whether somebody sees it: what nobody sees is not asked. */
  readonly active: boolean;
  /** [px] */
  readonly width: number;
  /** Between two scrapes [ms]. */
  readonly scrapeMs: number;
}

export interface PanelState {
  readonly data: PanelData | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
}

/** Widths of about the same size ask for the same points, so that a bar that moves by a pixel asks nothing. */
const WIDTH_STEP_PX = 100;

/** Asks what a panel shows while it is in sight, and anew when the page is refreshed or its question is another one. */
export function usePanelData(panel: Panel, { scope, active, width, scrapeMs }: Options): PanelState {
  const [state, setState] = useState<PanelState>({ data: undefined, error: undefined, loading: true });
  const asked = useRef<{ readonly question: string; readonly tick: number } | undefined>(undefined);
  const running = useRef<{ readonly question: string; giveUp(): void } | undefined>(undefined);
  const points = Math.max(WIDTH_STEP_PX, Math.round(width / WIDTH_STEP_PX) * WIDTH_STEP_PX);
  const tick = refreshed.value;
  const { from, to } = rangeText.value;
  const plan = (): readonly Plan[] => {
    const timing = { ...panelMoments(panel, scope, timeRange.peek()), points, scrapeMs };
    return panel.targets
      .filter(({ hidden }) => !hidden)
      .map((target) => planTarget(panel, target, timing, scope));
  };
  // They tell one question from another: the same one of other minutes stays the same.
  const plans = useMemo(plan, [panel, scope, points, scrapeMs, from, to]);
  const question = JSON.stringify([plans, from, to]);

  useEffect(() => {
    if (!active || width === 0 || plans.length === 0) return;
    if (asked.current?.question === question && asked.current.tick === tick) return;
    // A slow server gets the same question once at a time.
    if (running.current?.question === question) return;
    running.current?.giveUp();
    const came =
      asked.current === undefined || asked.current.question === question ? undefined : waitForOther();
    asked.current = { question, tick };
    const controller = new AbortController();
    const own = {
      question,
      giveUp() {
        came?.();
        controller.abort();
      },
    };
    running.current = own;
    setState((before) => ({ ...before, loading: true }));
    const settle = (change: Partial<PanelState>): void => {
      if (running.current !== own) return;
      running.current = undefined;
      came?.();
      setState((before) => ({ ...before, loading: false, ...change }));
    };
    // Those of now, for `$__from` and `$__to` are moments.
    askPanel(plan(), panelMoments(panel, scope, timeRange.peek()), controller.signal).then(
      (data) => settle({ data, error: undefined }),
      (error: unknown) => settle({ error: problemFrom(error) }),
    );
  }, [question, tick, active, width === 0]);

  useEffect(() => () => running.current?.giveUp(), []);
  return plans.length === 0 ? { data: undefined, error: undefined, loading: false } : state;
}
