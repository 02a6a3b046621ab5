import { type Incident, describeIncident } from '../incidents.ts';
import { fit, formatCount } from './format.ts';
import type { LogLine } from './log-book.ts';
import { paint } from './paint.ts';
import { type WatchedService, renderTable } from './table.ts';
import type { Trace } from './trace-book.ts';
import { renderWaterfall, serviceBrush } from './waterfall.ts';

/** All that is shown at one moment. */
export interface View {
  readonly passedSeconds: number;
  /** 0: until it is stopped. */
  readonly totalSeconds: number;
  readonly visitors: number;
  readonly sent: number;
  readonly incident: Incident;
  readonly services: readonly WatchedService[];
  readonly traces: { readonly roots: number; readonly spans: number };
  /** The trace to show, with its lines. */
  readonly trace: Trace | undefined;
  readonly traceLines: readonly LogLine[];
  /** Newest first. */
  readonly newestLines: readonly LogLine[];
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Lines that stand on their own: title, incident, heads of traces and of lines. */
const FIXED_LINES = 4;

/** The view as lines: as many as there are rows, none wider than there are columns. */
export function renderScreen(view: View, { columns, rows }: Size): string[] {
  const free = Math.max(rows - FIXED_LINES, 0);
  const table = renderTable(view.services, columns, Math.min(17, Math.max(6, Math.floor(free * 0.5))));
  const waterfall = view.trace
    ? renderWaterfall(view.trace, columns, Math.max(2, Math.floor((free - table.length) * 0.7)))
    : [];
  const lines = renderLines(view, columns, free - table.length - waterfall.length);
  return [
    renderTitle(view, columns),
    renderIncident(view.incident, columns),
    ...table,
    renderTraceHead(view, columns),
    ...waterfall,
    paint.title(fit('Log lines', columns)),
    ...lines,
  ].slice(0, rows);
}

function renderTitle(view: View, columns: number): string {
  const passed = Math.floor(view.passedSeconds);
  const time = view.totalSeconds === 0 ? `${passed} s` : `${passed} of ${view.totalSeconds} s`;
  const rest = `   ${time}   ${view.visitors} visitors   ${formatCount(view.sent)} requests sent`;
  const title = 'The shop';
  return paint.title(fit(title, Math.min(title.length, columns))) + fit(rest, columns - title.length);
}

function renderIncident(incident: Incident, columns: number): string {
  const text = describeIncident(incident);
  return incident.kind === 'none'
    ? paint.good(fit(`● ${text}`, columns))
    : paint.alarm(fit(` ${text}`, columns));
}

function renderTraceHead({ traces, trace }: View, columns: number): string {
  const counts = `  ${formatCount(traces.roots)} received, ${formatCount(traces.spans)} spans`;
  const id = trace === undefined ? '' : `   ${trace.id}`;
  return paint.title('Traces') + paint.quiet(fit(counts + id, columns - 6));
}

/** First those of the trace that is shown, then the newest. */
function renderLines({ traceLines, newestLines, trace }: View, columns: number, count: number): string[] {
  const own = traceLines.slice(0, Math.ceil(count * 0.6));
  const others = newestLines
    .filter(({ traceId }) => traceId !== trace?.id)
    .slice(0, Math.max(count - own.length, 0));
  return [...own, ...others].slice(0, Math.max(count, 0)).map((line) => {
    const traceId = line.traceId === undefined ? '' : line.traceId.slice(0, 8);
    const isOwn = line.traceId !== undefined && line.traceId === trace?.id;
    return (
      serviceBrush(line.service)(fit(` ${line.service}`, 12)) +
      levelBrush(line.level)(fit(line.level, 6)) +
      (isOwn ? paint.title : paint.quiet)(fit(traceId, 9)) +
      fit(line.message, columns - 27)
    );
  });
}

function levelBrush(level: string): (text: string) => string {
  if (level === 'error' || level === 'fatal') return paint.bad;
  return level === 'warn' ? paint.waiting : paint.quiet;
}
