import { duration, percent, shortNumber } from '../../parts/format.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { edgeHref } from './map-links.ts';
import { p95Text } from './graph-text.ts';
import type { GraphEdge } from './service-graph.ts';

const KIND_TEXTS = { call: 'call', database: 'database', messaging: 'message', external: 'outside' } as const;

/** The calls of the map in words and numbers, the worst first. */
export function MapTable({ edges }: { readonly edges: readonly GraphEdge[] }) {
  return (
    <div class="card map-table">
      <table>
        <caption class="visually-hidden">Calls between services, the worst first</caption>
        <thead>
          <tr>
            <th>From</th>
            <th>To</th>
            <th>Kind</th>
            <th class="number">Requests a second</th>
            <th class="number">Failed</th>
            <th class="number">On average</th>
            <th class="number">95 of 100 within</th>
            <th>
              <span class="visually-hidden">Links</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {edges.map((edge) => (
            <tr key={JSON.stringify([edge.client, edge.server])}>
              <td>
                <Name name={edge.client} />
              </td>
              <td>
                <Name name={edge.server} />
              </td>
              <td class="muted">{edge.client === edge.server ? 'itself' : KIND_TEXTS[edge.kind]}</td>
              <td class="number">{shortNumber(edge.perSecond)}</td>
              <td class={edge.errorRatio > 0 ? 'number bad' : 'number muted'}>{percent(edge.errorRatio)}</td>
              <td class="number">{duration(edge.meanSeconds)}</td>
              <td class="number">{p95Text(edge.p95Seconds)}</td>
              <td>
                <a
                  href={edgeHref(edge)}
                  aria-label={`${edge.errorRatio > 0 ? 'failed traces' : 'traces'} from ${visibleText(edge.client)} to ${visibleText(edge.server)}`}
                >
                  {edge.errorRatio > 0 ? 'failed traces' : 'traces'}
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** One click shows what is around it. */
function Name({ name }: { readonly name: string }) {
  return (
    <a href={href('/map', { service: name })} title="Only what is around it">
      {visibleText(name, { oneLine: true })}
    </a>
  );
}
