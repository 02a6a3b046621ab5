import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type LogLine, logPatterns } from '../../api/loki.ts';
import { percent, shortNumber } from '../../parts/format.ts';
import { cutText, visibleText } from '../../parts/visible-text.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { type Cluster, clusterLines } from './cluster-lines.ts';
import { addLineFilter } from './edit-query.ts';
import { readLine } from './line-fields.ts';
import { filterOfPattern } from './pattern-filter.ts';
import { readQuery } from './read-query.ts';

interface PatternsPanelProps {
  readonly query: string;
  readonly lines: readonly LogLine[];
  onQuery(query: string): void;
  onClose(): void;
}

const SHOWN = 100;
/** More would not show other patterns, and live lines come fast. */
const MAX_LOOKED = 2000;
const LOOK_EVERY_MS = 2000;

/** The newest of the lines, looked at anew every two seconds at most. */
function useNowAndThen(lines: readonly LogLine[]): readonly LogLine[] {
  const [looked, setLooked] = useState(() => lines.slice(0, MAX_LOOKED));
  const latest = useRef(lines);
  latest.current = lines;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setLooked(latest.current.slice(0, MAX_LOOKED));
    }, LOOK_EVERY_MS);
  }, [lines]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return looked;
}

/** The shapes of the lines, the most frequent first: what there is much of, and what is odd. */
export function PatternsPanel({ query, lines, onQuery, onClose }: PatternsPanelProps) {
  const range = timeRange.value;
  const { from, to } = rangeText.value;
  const read = readQuery(query);
  // The server knows patterns of whole streams only.
  const selector = read !== undefined && read.stages.length === 0 ? read.selector.text : undefined;
  const { data } = useQuery(selector && `${selector} ${from} ${to}`, (signal) =>
    logPatterns(selector ?? '', range, signal),
  );
  const looked = useNowAndThen(lines);
  const own = useMemo(() => clusterLines(looked.map((line) => readLine(line).message)), [looked]);
  const isServers = data !== undefined && data.length > 0;
  const patterns = isServers ? data : own;
  const total = patterns.reduce((sum, { count }) => sum + count, 0);
  return (
    <section class="details card" aria-label="Patterns">
      <header class="details-head">
        <strong class="grow">{patterns.length} patterns</strong>
        <button class="plain" aria-label="Close the patterns" onClick={onClose}>
          ✕
        </button>
      </header>
      <div class="details-body" tabIndex={0} role="region" aria-label="List of patterns">
        <p class="muted">
          {isServers
            ? 'Of all lines of these streams, as the server counted them.'
            : lines.length > MAX_LOOKED
              ? `Of the newest ${shortNumber(looked.length)} lines.`
              : `Of the ${shortNumber(looked.length)} lines that are loaded.`}
        </p>
        <ul class="patterns">
          {patterns.slice(0, SHOWN).map((each) => (
            <Pattern
              key={each.pattern}
              cluster={each}
              share={each.count / total}
              isWhole={isServers}
              query={query}
              onQuery={onQuery}
            />
          ))}
        </ul>
        {patterns.length > SHOWN && <p class="muted">and {patterns.length - SHOWN} more</p>}
      </div>
    </section>
  );
}

interface PatternProps {
  readonly cluster: Cluster;
  readonly share: number;
  /** It stands for the whole line, not for its message alone. */
  readonly isWhole: boolean;
  readonly query: string;
  onQuery(query: string): void;
}

function Pattern({ cluster: { pattern, count }, share, isWhole, query, onQuery }: PatternProps) {
  const filter = filterOfPattern(pattern, isWhole);
  return (
    <li>
      <span class="patterns-count">
        {shortNumber(count)} <span class="muted">{percent(share)}</span>
      </span>
      <meter class="patterns-share" min={0} max={1} value={share} aria-hidden="true" />
      <code class="patterns-text">
        {visibleText(cutText(pattern, 500).text, { oneLine: true })
          .split('<_>')
          .map((text, index) => (
            <>
              {index > 0 && <span class="patterns-any">‹…›</span>}
              {text}
            </>
          ))}
      </code>
      {filter !== undefined && (
        <span class="row no-print">
          <button class="plain" onClick={() => onQuery(addLineFilter(query, '|>', filter))}>
            only these
          </button>
          <button class="plain" onClick={() => onQuery(addLineFilter(query, '!>', filter))}>
            without these
          </button>
        </span>
      )}
    </li>
  );
}
