import { percent, shortNumber } from '../../../parts/format.ts';
import { href } from '../../../state/location.ts';
import type { CallGraph } from '../model/call-graph.ts';

const NODE = { width: 132, height: 46 } as const;
const MARGIN = 10;
/** Smaller is no longer readable; then it scrolls. */
const LEAST_SCALE = 0.7;

interface NodeGraphPanelProps {
  readonly title: string;
  readonly calls: CallGraph;
  readonly width: number;
  readonly height: number;
}

/** Services from left to right, who calls before whom they call. */
export function NodeGraphPanel({ title, calls, width, height }: NodeGraphPanelProps) {
  const { nodes, edges } = calls;
  const layers = Math.max(...nodes.map(({ layer }) => layer)) + 1;
  const rows = Math.max(...nodes.map(({ place }) => place)) + 1;
  const leastWide = layers * (NODE.width + 24);
  const scale = Math.max(LEAST_SCALE, Math.min(1, width / leastWide));
  const wide = Math.max(width / scale, leastWide);
  const high = Math.max((height - 4) / scale, rows * (NODE.height + 24));
  const places = new Map(
    nodes.map(({ name, layer, place }) => {
      const count = nodes.filter((each) => each.layer === layer).length;
      const x = MARGIN + (layers === 1 ? 0 : (layer * (wide - NODE.width - 2 * MARGIN)) / (layers - 1));
      return [name, { x, y: ((place + 0.5) * high) / count - NODE.height / 2 }] as const;
    }),
  );
  return (
    <div class="node-graph" tabIndex={0} role="region" aria-label={title}>
      <svg
        width={wide * scale}
        height={high * scale}
        viewBox={`0 0 ${wide} ${high}`}
        role="group"
        aria-label={title}
      >
        {edges.map(({ client, server, rate, failedRatio }) => {
          const [from, to] = [places.get(client), places.get(server)];
          if (from === undefined || to === undefined) return null;
          const [x1, y1] = [from.x + NODE.width, from.y + NODE.height / 2];
          const [x2, y2] = [to.x, to.y + NODE.height / 2];
          const bend = Math.max(30, Math.abs(x2 - x1) / 2);
          return (
            <g key={`${client} ${server}`}>
              <path
                d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
                class={failedRatio > 0.01 ? 'node-edge node-edge-bad' : 'node-edge'}
                stroke-width={1 + Math.min(3, Math.log10(1 + rate))}
              >
                <title>{`${client} to ${server}: ${shortNumber(rate)} calls/s, ${percent(failedRatio)} failed`}</title>
              </path>
            </g>
          );
        })}
        {nodes.map(({ name, rate, failedRatio }) => {
          const place = places.get(name);
          if (place === undefined) return null;
          return (
            <a
              key={name}
              href={href(`/service/${encodeURIComponent(name)}`)}
              aria-label={`${name}, ${shortNumber(rate)} calls/s, ${percent(failedRatio)} failed`}
            >
              <rect
                x={place.x}
                y={place.y}
                {...NODE}
                rx="6"
                class={failedRatio > 0.01 ? 'node node-bad' : 'node'}
              />
              <text x={place.x + 10} y={place.y + 19} class="node-name">
                {name.length > 16 ? `${name.slice(0, 15)}…` : name}
              </text>
              <text x={place.x + 10} y={place.y + 36} class="node-about">
                {shortNumber(rate)}/s{failedRatio > 0 ? `, ${percent(failedRatio)} failed` : ''}
              </text>
            </a>
          );
        })}
      </svg>
    </div>
  );
}
