import './overview.css';
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../../app/theme.ts';
import type { TraceTree } from './trace-tree.ts';

interface TraceOverviewProps {
  readonly tree: TraceTree;
  readonly colours: ReadonlyMap<string, string>;
  /** What the width stands for [ms]; the trace's own duration when absent. */
  readonly wholeMs?: number;
  /** [CSS px] */
  readonly height: number;
  readonly label: string;
}

/** All spans of a trace on a strip: a picture of its shape, drawn at once, however many there are. */
export function TraceOverview({ tree, colours, wholeMs, height, label }: TraceOverviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = theme.value;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const draw = (): void => {
      const ratio = window.devicePixelRatio;
      const width = element.clientWidth;
      element.width = Math.max(1, Math.round(width * ratio));
      element.height = Math.round(height * ratio);
      const context = element.getContext('2d');
      if (context === null) return;
      context.scale(ratio, ratio);
      const whole = wholeMs ?? tree.durationMs;
      const rowHeight = Math.min(6, height / Math.max(1, tree.nodes.length));
      const bad = getComputedStyle(element).getPropertyValue('--bad');
      for (const [index, { span }] of tree.nodes.entries()) {
        context.fillStyle = span.status === 'error' ? bad : (colours.get(span.service) ?? bad);
        const left = whole === 0 ? 0 : (span.startMs / whole) * width;
        const length = whole === 0 ? width : (span.durationMs / whole) * width;
        context.fillRect(left, index * rowHeight, Math.max(1, length), Math.max(1, rowHeight - 1));
      }
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [tree, colours, wholeMs, height, isDark]);
  return (
    <canvas
      ref={canvas}
      class="trace-overview"
      style={{ height: `${height}px` }}
      role="img"
      aria-label={label}
    />
  );
}
