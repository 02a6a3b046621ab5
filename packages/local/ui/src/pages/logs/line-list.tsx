import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../api/loki.ts';
import { VirtualList } from '../../parts/virtual-list.tsx';
import { param, setParams } from '../../state/location.ts';
import { searchedTexts } from './edit-query.ts';
import { download, ndjsonOf } from './export-lines.ts';
import { LineDetails } from './line-details.tsx';
import { LineRow } from './line-row.tsx';
import { isSameLine } from './lines-around.ts';
import { PatternsPanel } from './patterns-panel.tsx';

interface LineListProps {
  /** The newest first. */
  readonly lines: readonly LogLine[];
  readonly query: string;
  readonly streamLabels: ReadonlySet<string>;
  readonly status: ComponentChildren;
  readonly actions: ComponentChildren;
  onQuery(query: string): void;
  /** Somebody has scrolled away from the newest line, or opened one; or is done with it. */
  onReading(reading: boolean): void;
  /** Somebody has scrolled to the oldest line. */
  readonly onEnd?: (() => void) | undefined;
}

const ROW_HEIGHT = 24;

/** Lines under one another, with one of them opened, or their patterns, beside. */
export function LineList(props: LineListProps) {
  const { lines, query, streamLabels, status, actions, onQuery, onReading, onEnd } = props;
  const [opened, setOpened] = useState<LogLine | undefined>(undefined);
  const [patterns, setPatterns] = useState(false);
  const scrolled = useRef(false);
  const searched = useMemo(() => searchedTexts(query), [query]);
  const wanted = param('line');
  // A link may name a line by its moment.
  useEffect(() => {
    if (opened !== undefined || wanted === '') return;
    const found = lines.find(({ timeNs }) => timeNs === wanted);
    if (found !== undefined) open(found);
  }, [lines, wanted]);
  const chosen = useMemo(() => {
    if (opened === undefined) return undefined;
    const at = lines.indexOf(opened);
    const found = at >= 0 ? at : lines.findIndex((line) => isSameLine(line, opened));
    return found < 0 ? undefined : found;
  }, [lines, opened]);

  function open(line: LogLine | undefined): void {
    setOpened(line);
    setPatterns(false);
    setParams({ line: line?.timeNs });
    onReading(line !== undefined || scrolled.current);
  }

  return (
    <div
      class="logs-lines"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || (opened === undefined && !patterns)) return;
        setPatterns(false);
        open(undefined);
      }}
    >
      <div class="logs-bar">
        <span class="grow">{status}</span>
        <span class="row no-print">
          {actions}
          <button
            class="plain"
            aria-pressed={patterns}
            disabled={lines.length === 0}
            onClick={() => {
              setOpened(undefined);
              setPatterns(!patterns);
            }}
          >
            Patterns
          </button>
          <Export lines={lines} />
        </span>
      </div>
      <div class={opened !== undefined || patterns ? 'logs-split' : 'logs-whole'}>
        <VirtualList
          items={lines}
          rowHeight={ROW_HEIGHT}
          label="Log lines, the newest first"
          className="log-list card mono"
          keyOf={(_, index) => String(index)}
          row={(line) => <LineRow line={line} searched={searched} />}
          choice={{ chosen, onChoose: (index) => open(lines[index]) }}
          onView={({ atStart, atEnd }) => {
            if (scrolled.current === atStart) {
              scrolled.current = !atStart;
              onReading(!atStart || opened !== undefined);
            }
            if (atEnd && !atStart) onEnd?.();
          }}
        />
        {opened !== undefined && (
          <LineDetails
            line={opened}
            query={query}
            streamLabels={streamLabels}
            onQuery={onQuery}
            onClose={() => open(undefined)}
          />
        )}
        {patterns && opened === undefined && (
          <PatternsPanel query={query} lines={lines} onQuery={onQuery} onClose={() => setPatterns(false)} />
        )}
      </div>
    </div>
  );
}

/** What is shown, as NDJSON: into the clipboard, or as a file. */
function Export({ lines }: { readonly lines: readonly LogLine[] }) {
  const [done, setDone] = useState(false);
  useEffect(() => setDone(false), [lines]);
  return (
    <>
      {'clipboard' in navigator && (
        <button
          class="plain"
          disabled={lines.length === 0}
          onClick={() => {
            navigator.clipboard.writeText(ndjsonOf(lines)).then(
              () => setDone(true),
              () => setDone(false),
            );
          }}
        >
          {done ? 'Copied' : 'Copy'}
        </button>
      )}
      <button
        class="plain"
        disabled={lines.length === 0}
        title="The loaded lines as NDJSON"
        onClick={() => download('lines.ndjson', ndjsonOf(lines))}
      >
        Download
      </button>
    </>
  );
}
