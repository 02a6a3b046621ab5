import './compare.css';
import { useMemo } from 'preact/hooks';
import { traceById } from '../../api/tempo.ts';
import { useTitle } from '../../app/title.ts';
import { Empty } from '../../parts/empty.tsx';
import { Problem } from '../../parts/problem.tsx';
import { serviceColours } from '../../parts/trace/service-colours.ts';
import { traceTree } from '../../parts/trace/trace-tree.ts';
import { href, param, setParams } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import { MatchTable } from './match-table.tsx';
import { type MatchOrder, matchSpans, orderMatches } from './match-spans.ts';
import { PickTrace } from './pick-trace.tsx';
import { type ComparedTrace, TraceCard } from './trace-card.tsx';

const ORDERS: readonly (readonly [MatchOrder, string])[] = [
  ['own', 'Own time'],
  ['whole', 'Whole time'],
  ['trace', 'As in the trace'],
];

function useTrace(id: string) {
  const query = useQuery(id === '' ? undefined : `compared ${id}`, (signal) => traceById(id, signal), {
    live: false,
  });
  const trace = query.data !== undefined && query.data.id === id.padStart(32, '0') ? query.data : undefined;
  const compared = useMemo<ComparedTrace | undefined>(
    () => (trace === undefined || trace.spans.length === 0 ? undefined : { trace, tree: traceTree(trace) }),
    [trace],
  );
  return { id, compared, error: query.error, loading: query.loading };
}

/** `/compare?a=<id>&b=<id>&order=own`. */
export function Page() {
  const a = useTrace(param('a').toLowerCase());
  const b = useTrace(param('b').toLowerCase());
  useTitle('Compare two traces');
  const order = ORDERS.find(([each]) => each === param('order'))?.[0] ?? 'own';
  const matches = useMemo(
    () =>
      a.compared === undefined || b.compared === undefined
        ? undefined
        : matchSpans(a.compared.tree, b.compared.tree),
    [a.compared, b.compared],
  );
  const colours = useMemo(
    () =>
      serviceColours(
        [a, b].flatMap(({ compared }) => compared?.trace.spans.map(({ service }) => service) ?? []),
      ),
    [a.compared, b.compared],
  );
  const wholeMs = Math.max(a.compared?.tree.durationMs ?? 0, b.compared?.tree.durationMs ?? 0);
  if (a.id === '' && b.id === '')
    return (
      <Empty title="Two traces, side by side">
        <p>Open a trace and press Compare there; what it is compared with is chosen here.</p>
        <p>
          <a class="button" href={href('/traces')}>
            To the traces
          </a>
        </p>
      </Empty>
    );
  return (
    <div class="stack" aria-busy={a.loading || b.loading}>
      <div class="compare-cards">
        {(
          [
            ['a', a, b],
            ['b', b, a],
          ] as const
        ).map(([side, own, other]) => (
          <section key={side} class="card compare-card" aria-label={`Trace ${side.toUpperCase()}`}>
            {own.error !== undefined && own.compared === undefined && (
              <Problem what={`Trace ${side.toUpperCase()} could not be read`} error={own.error} />
            )}
            {own.compared === undefined && own.loading && <p class="muted">Asking…</p>}
            {own.compared !== undefined && (
              <TraceCard
                side={side}
                compared={own.compared}
                otherMs={other.compared?.tree.durationMs}
                colours={colours}
                wholeMs={wholeMs}
              />
            )}
            {own.compared === undefined && !own.loading && other.compared !== undefined && (
              <PickTrace side={side} compared={other.compared} />
            )}
          </section>
        ))}
      </div>
      {matches !== undefined && (
        <>
          <div class="row">
            <p class="grow muted">
              Spans at the same place: the same services and operations down from the root. B less A.
            </p>
            <button onClick={() => setParams({ a: param('b'), b: param('a') })}>Swap</button>
            <div class="row" role="group" aria-label="What changed most by">
              {ORDERS.map(([each, name]) => (
                <button
                  key={each}
                  aria-pressed={order === each}
                  onClick={() => setParams({ order: each === 'own' ? '' : each })}
                >
                  {name}
                </button>
              ))}
            </div>
          </div>
          <MatchTable
            matches={orderMatches(matches, order)}
            order={order}
            colours={colours}
            a={a.compared?.trace.id ?? ''}
            b={b.compared?.trace.id ?? ''}
          />
        </>
      )}
    </div>
  );
}
