import { duration } from '../../parts/format.ts';
import { visibleText } from '../../parts/visible-text.ts';
import type { CriticalSegment } from '../../parts/trace/critical-path.ts';
import { logLevel, logMessage } from './log-message.ts';
import type { WaterfallRow } from './visible-rows.ts';
import type { Zoom } from './zoom.ts';

export interface CellsProps {
  readonly row: WaterfallRow;
  readonly zoom: Zoom;
  readonly colour: string;
  readonly isCollapsed: boolean;
  readonly isFound: boolean;
  readonly critical: readonly CriticalSegment[] | undefined;
  readonly moreHref: string;
  onToggle(): void;
}

const INDENT_PX = 12;
/** Deeper ones stand below each other, with their depth in front: a name of no width says nothing. */
const MAX_INDENTS = 12;

/** What stands in one row: names on the left, the time on the right. */
export function WaterfallCells(props: CellsProps) {
  const { row } = props;
  return row.kind === 'span' ? <SpanCells {...props} row={row} /> : <LineCells {...props} row={row} />;
}

/** What does not fit into the widest window. */
const MAX_MESSAGE = 300;
const textOf = (text: string): string => visibleText(text, { oneLine: true });
const indent = (depth: number): string => `${Math.min(depth, MAX_INDENTS) * INDENT_PX}px`;

/** In percent of the width, and at most a width outside of it: browsers do not draw bars of any length. */
function percentAt(ms: number, { fromMs, toMs }: Zoom): number {
  const at = toMs > fromMs ? ((ms - fromMs) / (toMs - fromMs)) * 100 : 0;
  return Math.max(-1, Math.min(101, at));
}

function SpanCells({
  row: { node },
  zoom,
  colour,
  isCollapsed,
  isFound,
  critical,
  onToggle,
}: CellsProps & { readonly row: Extract<WaterfallRow, { kind: 'span' }> }) {
  const { span, depth, children, below } = node;
  const left = percentAt(span.startMs, zoom);
  const right = percentAt(span.startMs + span.durationMs, zoom);
  const isOutside = right < 0 || left > 100;
  const failed = span.status === 'error';
  return (
    <>
      <div class="wf-name" style={{ paddingLeft: indent(depth) }}>
        {children.length > 0 ? (
          <span
            class="wf-caret"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            {isCollapsed ? '▸' : '▾'}
          </span>
        ) : (
          <span class="wf-caret" />
        )}
        <span class="wf-colour" style={{ background: colour }} />
        {depth > MAX_INDENTS && <span class="wf-depth">{depth}</span>}
        <span class="wf-service">{span.service === '' ? 'no service' : textOf(span.service)}</span>{' '}
        <span class={isFound ? 'wf-operation wf-found' : 'wf-operation'}>{textOf(span.name)}</span>{' '}
        {isCollapsed && below > 0 && <span class="wf-count">+{below}</span>}{' '}
        {failed && <span class="wf-failed">failed</span>}{' '}
        {node.isOrphan && <span class="wf-note">no parent</span>}{' '}
        {node.skewMs > 0 && <span class="wf-note">clock</span>}
      </div>
      <div class="wf-time">
        {!isOutside && (
          <>
            <div
              class={failed ? 'wf-bar wf-bar-failed' : 'wf-bar'}
              style={{ left: `${left}%`, width: `${right - left}%`, background: colour }}
            />
            {critical?.map(({ startMs, endMs }) => (
              <div
                key={startMs}
                class="wf-critical"
                style={{
                  left: `${percentAt(startMs, zoom)}%`,
                  width: `${percentAt(endMs, zoom) - percentAt(startMs, zoom)}%`,
                }}
              />
            ))}
            {span.events.slice(0, 20).map(({ atMs }, index) => (
              <div key={index} class="wf-event" style={{ left: `${percentAt(atMs, zoom)}%` }} />
            ))}
          </>
        )}{' '}
        <span
          class="wf-label"
          style={right > 75 ? { right: `${Math.max(0, 100 - left)}%` } : { left: `${Math.max(0, right)}%` }}
          data-inside={right > 75 && left < 15 ? 'true' : undefined}
        >
          {duration(span.durationMs / 1000)}
        </span>
      </div>
    </>
  );
}

const LEVEL_CLASSES: Readonly<Record<string, string>> = {
  error: 'bad',
  fatal: 'bad',
  critical: 'bad',
  warn: 'warn',
  warning: 'warn',
};

function LineCells({
  row,
  zoom,
  moreHref,
}: CellsProps & { readonly row: Extract<WaterfallRow, { kind: 'line' | 'more' }> }) {
  const paddingLeft = `calc(${indent(row.node.depth + 1)} + 18px)`;
  if (row.kind === 'more')
    return (
      <div class="wf-name wf-line" style={{ paddingLeft }}>
        <a href={moreHref} tabIndex={-1}>
          {row.count} more lines
        </a>
      </div>
    );
  const { line, atMs } = row.placed;
  const level = logLevel(line);
  return (
    <>
      <div class="wf-name wf-line" style={{ paddingLeft }}>
        <span class={`wf-level ${LEVEL_CLASSES[level] ?? 'muted'}`}>{level === '' ? 'log' : level}</span>{' '}
        <span class="wf-message">{textOf(logMessage(line).slice(0, MAX_MESSAGE))}</span>
      </div>
      <div class="wf-time">
        <div
          class={`wf-moment ${LEVEL_CLASSES[level] ?? ''}`}
          style={{ left: `${percentAt(atMs, zoom)}%` }}
        />
      </div>
    </>
  );
}
