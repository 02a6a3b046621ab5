import { useEffect, useMemo, useState } from 'preact/hooks';
import type { LogLine } from '../../api/loki.ts';
import { LongText } from '../../parts/long-text.tsx';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { countByField, excludeField, includeField } from './edit-query.ts';
import { LineContext } from './line-context.tsx';
import { type Field, allFields, isAskable, readLine, streamOf } from './line-fields.ts';

interface LineDetailsProps {
  readonly line: LogLine;
  readonly query: string;
  readonly streamLabels: ReadonlySet<string>;
  onQuery(query: string): void;
  onClose(): void;
}

const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

/** Everything that one line says, and what can be done with each part of it. */
export function LineDetails({ line, query, streamLabels, onQuery, onClose }: LineDetailsProps) {
  const { level, service, message, traceId, spanId } = readLine(line);
  const fields = useMemo(() => allFields(line, streamLabels), [line, streamLabels]);
  const [showContext, setShowContext] = useState(false);
  const ms = Number(line.timeNs.slice(0, -6));
  const isTrace = traceId !== undefined && /^[0-9a-f]{16,32}$/i.test(traceId);
  return (
    <section class="details card" aria-label="The opened line">
      <header class="details-head">
        <strong class={`level-text-${level}`}>{level}</strong>
        <span class="grow details-service">
          {service !== '' && (
            <a href={href(`/service/${encodeURIComponent(service)}`)}>
              {visibleText(service, { oneLine: true })}
            </a>
          )}
        </span>
        <button class="plain" aria-label="Close the line" title="Close (Esc)" onClick={onClose}>
          ✕
        </button>
      </header>
      <div class="details-body" tabIndex={0} role="region" aria-label="Fields of the line">
        <p class="muted">
          {full.format(ms)}.{line.timeNs.slice(-9)}
        </p>
        <div class="details-message mono">
          <LongText text={message} />
        </div>
        <div class="row">
          {isTrace && (
            <a class="button" href={href(`/trace/${traceId}`, { span: spanId })}>
              Show the trace
            </a>
          )}
          <button aria-expanded={showContext} onClick={() => setShowContext(!showContext)}>
            {showContext ? 'Hide what is around it' : 'Lines around it'}
          </button>
          <CopyLine line={line} />
        </div>
        {showContext && <LineContext line={line} stream={streamOf(line, streamLabels)} />}
        <table class="details-fields" aria-label="Fields of the line">
          <colgroup>
            <col class="details-fields-name" />
            <col />
            <col class="details-fields-actions" />
          </colgroup>
          <tbody>
            {fields.map((field) => (
              <FieldRow key={field.name} field={field} query={query} onQuery={onQuery} />
            ))}
          </tbody>
        </table>
        {message !== line.line && (
          <details>
            <summary>The line as it came</summary>
            <div class="details-message mono">
              <LongText text={line.line} />
            </div>
          </details>
        )}
      </div>
    </section>
  );
}

interface FieldRowProps {
  readonly field: Field;
  readonly query: string;
  onQuery(query: string): void;
}

const KINDS: Readonly<Record<Field['kind'], string>> = {
  label: 'label of the stream',
  field: 'structured metadata, or extracted by the query',
  json: 'in the JSON of the line',
  logfmt: 'in the line, as key=value',
};

function FieldRow({ field, query, onQuery }: FieldRowProps) {
  const { name, value } = field;
  const askable = isAskable(field);
  const counted = askable ? countByField(query, field) : undefined;
  const shownName = visibleText(name, { oneLine: true });
  return (
    <tr>
      <th scope="row" title={KINDS[field.kind]}>
        <bdi>{shownName}</bdi>
      </th>
      <td class="mono">
        <LongText text={value} maxLength={600} />
      </td>
      <td class="details-actions no-print">
        {askable && (
          <>
            <button
              class="plain"
              title={`Only lines with this ${shownName}`}
              aria-label={`Only lines with this ${shownName}`}
              onClick={() => onQuery(includeField(query, field))}
            >
              +
            </button>
            <button
              class="plain"
              title={`No lines with this ${shownName}`}
              aria-label={`No lines with this ${shownName}`}
              onClick={() => onQuery(excludeField(query, field))}
            >
              −
            </button>
          </>
        )}
        {counted !== undefined && (
          <button
            class="plain"
            title={`Count lines by ${shownName}`}
            aria-label={`Count lines by ${shownName}`}
            onClick={() => onQuery(counted)}
          >
            #
          </button>
        )}
      </td>
    </tr>
  );
}

function CopyLine({ line }: { readonly line: LogLine }) {
  const [done, setDone] = useState(false);
  useEffect(() => setDone(false), [line]);
  // Absent where the page was loaded neither from this machine nor over TLS.
  if (!('clipboard' in navigator)) return null;
  return (
    <button
      onClick={() => {
        navigator.clipboard.writeText(line.line).then(
          () => setDone(true),
          () => setDone(false),
        );
      }}
    >
      {done ? 'Copied' : 'Copy'}
    </button>
  );
}
