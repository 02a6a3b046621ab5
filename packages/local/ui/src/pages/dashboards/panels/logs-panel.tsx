import { useState } from 'preact/hooks';
import type { LogLine } from '../../../api/loki.ts';
import { LabelList } from '../../../parts/labels.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { isoMoment } from '../../../parts/units/moment-text.ts';
import { href } from '../../../state/location.ts';
import type { PanelView } from './panel-view.ts';

const LEVEL_COLOURS: Readonly<Record<string, string>> = {
  fatal: 'var(--bad)',
  critical: 'var(--bad)',
  error: 'var(--bad)',
  warn: 'var(--warn)',
  warning: 'var(--warn)',
  info: 'var(--ok)',
  debug: 'var(--info)',
};

/** Lines as they were found; one opens to its labels and its trace. */
export function LogsPanel({ panel, data }: PanelView) {
  const [open, setOpen] = useState<string | undefined>(undefined);
  const { options } = panel;
  const lines = options['sortOrder'] === 'Ascending' ? data.lines.toReversed() : data.lines;
  return (
    <ol
      class={options['wrapLogMessage'] === true ? 'log-lines log-wrap' : 'log-lines'}
      tabIndex={0}
      aria-label={panel.title}
    >
      {lines.map((line, index) => {
        const key = `${line.timeNs} ${line.labels['service_name'] ?? ''} ${index}`;
        return (
          <Line
            key={key}
            line={line}
            hasTime={options['showTime'] !== false}
            isOpen={open === key}
            onToggle={() => setOpen(open === key ? undefined : key)}
          />
        );
      })}
    </ol>
  );
}

interface LineProps {
  readonly line: LogLine;
  readonly hasTime: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Line({ line, hasTime, isOpen, onToggle }: LineProps) {
  const { labels, timeNs } = line;
  const level = (labels['level'] ?? labels['detected_level'] ?? '').toLowerCase();
  const trace = labels['trace_id'];
  return (
    <li>
      <button class="plain log-line" aria-expanded={isOpen} onClick={onToggle}>
        <i class="log-level" style={{ background: LEVEL_COLOURS[level] ?? 'var(--line)' }} />
        {hasTime && <span class="muted">{isoMoment(Number(BigInt(timeNs) / 1_000_000n))}</span>}
        {level !== '' && <span class="log-level-name">{level}</span>}
        <span>{visibleText(line.line)}</span>
      </button>
      {isOpen && (
        <div class="log-details">
          {trace !== undefined && /^[\da-f]{16,32}$/i.test(trace) && (
            <a href={href(`/trace/${trace}`)}>Its trace</a>
          )}
          <LabelList labels={labels} />
        </div>
      )}
    </li>
  );
}
