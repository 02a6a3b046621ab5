import { useState } from 'preact/hooks';
import { duration } from '../../parts/format.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import type { Match, MatchOrder, Side } from './match-spans.ts';

interface MatchTableProps {
  readonly matches: readonly Match[];
  readonly order: MatchOrder;
  readonly colours: ReadonlyMap<string, string>;
  /** Ids of the two. */
  readonly a: string;
  readonly b: string;
}

const FIRST_SHOWN = 100;
const INDENT_PX = 12;
const MAX_INDENTS = 12;
const seconds = (ms: number): string => duration(ms / 1000);

/** Places of two traces, with what changed. */
export function MatchTable({ matches, order, colours, a, b }: MatchTableProps) {
  const [shown, setShown] = useState(FIRST_SHOWN);
  const deltaOf = (match: Match): number => (order === 'whole' ? match.durationDeltaMs : match.selfDeltaMs);
  const most = matches.reduce((largest, match) => Math.max(largest, Math.abs(deltaOf(match))), 0.001);
  return (
    <div class="card compare-table">
      <table>
        <thead>
          <tr>
            <th>Service, operation</th>
            <th class="number">A</th>
            <th class="number">B</th>
            <th class="number">Whole time</th>
            <th class="number">Own time</th>
            <th>{order === 'whole' ? 'Change of the whole' : 'Change of the own'}</th>
          </tr>
        </thead>
        <tbody>
          {matches.slice(0, shown).map((match) => {
            const delta = deltaOf(match);
            const indent = order === 'trace' ? Math.min(match.depth, MAX_INDENTS) * INDENT_PX : 0;
            return (
              <tr key={match.key}>
                <td style={{ paddingLeft: `${10 + indent}px` }}>
                  <span class="compare-colour" style={{ background: colours.get(match.service) ?? '' }} />
                  <strong>{visibleText(match.service)}</strong> {visibleText(match.name, { oneLine: true })}
                  {match.a === undefined && <span class="compare-only">only in B</span>}
                  {match.b === undefined && <span class="compare-only">only in A</span>}
                </td>
                <SideCell side={match.a} trace={a} />
                <SideCell side={match.b} trace={b} />
                <td class="number">{signed(match.durationDeltaMs)}</td>
                <td class="number">{signed(match.selfDeltaMs)}</td>
                <td class="compare-change">
                  <span class="compare-track" aria-hidden="true">
                    <span
                      class={delta > 0 ? 'compare-more' : 'compare-less'}
                      style={{ width: `${(Math.abs(delta) / most) * 50}%` }}
                    />
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {matches.length > shown && (
        <p class="compare-rest">
          <button onClick={() => setShown(shown * 4)}>Show more of the {matches.length} places</button>
        </p>
      )}
    </div>
  );
}

function signed(ms: number): string {
  if (Math.abs(ms) < 0.0005) return '0';
  return ms > 0 ? `+${seconds(ms)}` : `−${seconds(-ms)}`;
}

function SideCell({ side, trace }: { readonly side: Side | undefined; readonly trace: string }) {
  const [node] = side?.nodes ?? [];
  if (side === undefined || node === undefined) return <td class="number muted">–</td>;
  return (
    <td class="number">
      <a href={href(`/trace/${trace}`, { span: node.key })}>{seconds(side.durationMs)}</a>
      {side.nodes.length > 1 && <span class="muted"> ×{side.nodes.length}</span>}
      {side.failed > 0 && <span class="bad"> failed</span>}
    </td>
  );
}
