import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { AnsweredTrace } from '../../api/tempo.ts';
import { clockTime, duration } from '../../parts/format.ts';
import { linesQuery, momentsAround } from '../../parts/trace/span-links.ts';
import type { TraceNode, TraceTree } from '../../parts/trace/trace-tree.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href, setParams } from '../../state/location.ts';
import { lineCountText } from './line-count.ts';

interface TraceBarProps {
  readonly trace: AnsweredTrace;
  readonly tree: TraceTree;
  readonly error: TraceNode | undefined;
  readonly withCritical: boolean;
  readonly withLines: boolean;
  readonly lineCount: number;
  readonly findBox: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly found: readonly TraceNode[];
  readonly selected: TraceNode | undefined;
  onText(text: string): void;
  onFind(step: number): void;
  onLeaveFind(): void;
  onJump(): void;
  onCollapseAll(): void;
  onExpandAll(): void;
}

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** What the trace is, what failed in it, and what can be done with it. */
export function TraceBar(props: TraceBarProps) {
  const { trace, tree, error, withCritical, withLines, lineCount } = props;
  const failed = tree.nodes.filter(({ span }) => span.status === 'error').length;
  const services = new Set(tree.nodes.map(({ span }) => span.service)).size;
  const moments = momentsAround(trace.startMs, tree.durationMs);
  return (
    <div class="stack trace-bar">
      <div class="row">
        <p class="grow">
          <strong>{duration(tree.durationMs / 1000)}</strong>{' '}
          <span class="muted">
            from {day.format(trace.startMs)} {clockTime(trace.startMs)} ·{' '}
            {tree.nodes.length === 1 ? '1 span' : `${tree.nodes.length} spans`} · {services}{' '}
            {services === 1 ? 'service' : 'services'} · {lineCountText(lineCount)}
          </span>
        </p>
        <CopyId id={trace.id} />
        <button class="no-print" onClick={() => download(trace)}>
          JSON
        </button>
        <a class="button no-print" href={href('/logs', { query: linesQuery(trace.id), ...moments })}>
          Logs
        </a>
        <a class="button no-print" href={href('/compare', { a: trace.id, ...moments })}>
          Compare
        </a>
      </div>
      {error !== undefined && (
        <div class="row trace-error">
          <p class="grow">
            <strong class="bad">
              {failed} of {tree.nodes.length} spans failed.
            </strong>{' '}
            First: <strong>{visibleText(error.span.service)}</strong> {visibleText(error.span.name)}
            {reasonOf(error) !== '' && (
              <span class="muted"> · {visibleText(reasonOf(error).slice(0, 200))}</span>
            )}
          </p>
          <button onClick={props.onJump} title="To the first error (e)">
            Jump to first error
          </button>
        </div>
      )}
      <div class="row no-print">
        <button
          aria-pressed={withCritical}
          title="On or off (c)"
          onClick={() => setParams({ critical: withCritical ? 'off' : '' })}
        >
          Critical path
        </button>
        <button
          aria-pressed={withLines}
          title="On or off (l)"
          onClick={() => setParams({ lines: withLines ? 'off' : '' })}
        >
          Log lines
        </button>
        <button onClick={props.onCollapseAll}>Collapse</button>
        <button onClick={props.onExpandAll}>Expand</button>
        <Find {...props} />
      </div>
    </div>
  );
}

function Find({ findBox, text, found, selected, onText, onFind, onLeaveFind }: TraceBarProps) {
  const place = selected === undefined ? -1 : found.indexOf(selected);
  return (
    <search class="row grow trace-find">
      <input
        ref={findBox}
        class="grow"
        type="search"
        placeholder="Find in the spans (f)"
        aria-label="Find in the spans"
        value={text}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            onFind(event.shiftKey ? -1 : 1);
          } else if (event.key === 'Escape') {
            event.preventDefault();
            onText('');
            onLeaveFind();
          }
        }}
      />
      <span class="muted" role="status">
        {text.trim() !== '' && (place < 0 ? `${found.length} found` : `${place + 1} of ${found.length}`)}
      </span>
      <button disabled={found.length === 0} aria-label="Previous found" onClick={() => onFind(-1)}>
        ↑
      </button>
      <button disabled={found.length === 0} aria-label="Next found" onClick={() => onFind(1)}>
        ↓
      </button>
    </search>
  );
}

function CopyId({ id }: { readonly id: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      class="no-print"
      title={id}
      onClick={() => {
        // Not there without TLS on another host than this one; then the id can still be read in the address.
        navigator.clipboard?.writeText(id).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
    >
      {copied ? 'Copied' : 'Copy id'}
    </button>
  );
}

/** Why a span failed, as far as it says. */
function reasonOf({ span }: TraceNode): string {
  if (span.statusMessage !== '') return span.statusMessage;
  const of = (key: string): string | undefined =>
    span.events.flatMap(({ attributes }) => attributes).find((each) => each.key === key)?.text ??
    span.attributes.find((each) => each.key === key)?.text;
  return of('exception.message') ?? of('error.type') ?? '';
}

function download({ id, raw }: AnsweredTrace): void {
  const url = URL.createObjectURL(
    new Blob([JSON.stringify(raw, undefined, 2)], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = `trace-${id}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
