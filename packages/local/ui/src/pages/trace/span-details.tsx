import type { AnsweredTrace } from '../../api/tempo.ts';
import { clockTime, duration, percent } from '../../parts/format.ts';
import { LongText } from '../../parts/long-text.tsx';
import { spanLinks } from '../../parts/trace/span-links.ts';
import { type TraceNode, endMsOf } from '../../parts/trace/trace-tree.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { AttributeList } from './attribute-list.tsx';

interface SpanDetailsProps {
  readonly trace: AnsweredTrace;
  readonly node: TraceNode;
  readonly durationMs: number;
  /** Its own part of the critical path [ms]. */
  readonly criticalMs: number;
  onClose(): void;
}

const seconds = (ms: number): string => duration(ms / 1000);

/** Everything that is known of one span. */
export function SpanDetails({ trace, node, durationMs, criticalMs, onClose }: SpanDetailsProps) {
  const { span } = node;
  const links = spanLinks(span, { traceId: trace.id, startMs: trace.startMs, durationMs });
  return (
    <section class="trace-side card" aria-label="Span">
      <div class="row">
        <h2 class="grow span-name">
          <bdi>{visibleText(span.name)}</bdi>
        </h2>
        <button class="plain no-print" onClick={onClose} aria-label="Close the span" title="Close (Escape)">
          ✕
        </button>
      </div>
      <p>
        <strong>{visibleText(span.service)}</strong> <span class="muted">{span.kind}</span>{' '}
        {span.status === 'error' ? (
          <strong class="bad">failed</strong>
        ) : (
          <span class="muted">{span.status}</span>
        )}
      </p>
      {span.statusMessage !== '' && (
        <p class="bad span-message">
          <LongText text={span.statusMessage} />
        </p>
      )}
      <p>
        {seconds(span.durationMs)}{' '}
        <span class="muted">
          at {seconds(span.startMs)} ({clockTime(trace.startMs + span.startMs)})
        </span>
      </p>
      <p class="muted">
        Own time {seconds(node.selfMs)}
        {criticalMs > 0 && durationMs > 0
          ? `; ${seconds(criticalMs)} on the critical path, ${percent(criticalMs / durationMs)} of the trace`
          : '; not on the critical path'}
      </p>
      <Faults node={node} />
      <nav class="row span-links no-print" aria-label="From this span">
        {links.map(({ name, path, params }) => (
          <a key={name} class="button" href={href(path, params)}>
            {name}
          </a>
        ))}
      </nav>
      <h3>Attributes</h3>
      {span.attributes.length === 0 ? (
        <p class="muted">None.</p>
      ) : (
        <AttributeList attributes={span.attributes} scope="span" />
      )}
      {span.events.length > 0 && <h3>Events</h3>}
      {span.events.map((event, index) => (
        <details key={index} open={index < 3}>
          <summary>
            {visibleText(event.name)} <span class="muted">at {seconds(event.atMs)}</span>
          </summary>
          <AttributeList attributes={event.attributes} scope="event" />
        </details>
      ))}
      {span.links.length > 0 && <h3>Links to other traces</h3>}
      {span.links.map((link, index) => (
        <div key={index}>
          <a class="mono" href={href(`/trace/${encodeURIComponent(link.traceId)}`, { span: link.spanId })}>
            {link.traceId.slice(0, 16)}…
          </a>
          <AttributeList attributes={link.attributes} scope="link" />
        </div>
      ))}
      <details>
        <summary>Resource</summary>
        <AttributeList attributes={span.resource} scope="resource" />
      </details>
      <p class="muted">
        Span <code>{span.id}</code>
        {span.scope !== '' && ` by ${span.scope}`}
      </p>
    </section>
  );
}

function Faults({ node }: { readonly node: TraceNode }) {
  const { span, parent, isOrphan, skewMs } = node;
  const outlives = parent === undefined ? 0 : endMsOf(node) - endMsOf(parent);
  return (
    <>
      {isOrphan && (
        <p class="warn">
          Its parent <code>{span.parentId}</code> is not in the trace.
        </p>
      )}
      {skewMs > 0 && (
        <p class="warn">
          It lies {seconds(skewMs)} outside the time of its parent: the clocks of the two differ by at least
          as much.
        </p>
      )}
      {skewMs === 0 && outlives > 1 && (
        <p class="muted">It went on {seconds(outlives)} after its parent had ended.</p>
      )}
    </>
  );
}
