import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { duration, shortNumber } from '../../parts/format.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { navigate } from '../../state/location.ts';
import { failedText } from './graph-text.ts';
import { edgePath, labelPlace } from './edge-path.ts';
import { layeredLayout } from './layered-layout.ts';
import { edgeHref, nodeHref } from './map-links.ts';
import type { GraphEdge, GraphNode, ServiceGraph } from './service-graph.ts';

const SIZES = { nodeWidth: 180, nodeHeight: 48, columnGap: 150, rowGap: 22 } as const;
const MARGIN_PX = 14;
/** Smaller is no longer readable; then the box scrolls. */
const LEAST_SCALE = 0.7;
/** With more edges than these their labels would lie over each other: then those that fail, and those one points at. */
const MOST_LABELS = 24;
const KIND_TEXTS = { service: '', database: 'database', external: 'outside', user: 'callers' } as const;

/** Services and their calls, from those that begin on the left to those that only answer on the right. */
export function MapView({ graph }: { readonly graph: ServiceGraph }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(1000);
  const [near, setNear] = useState<string | undefined>(undefined);
  const [zoom, setZoom] = useState(1);
  const { nodes, edges } = graph;
  // The layout depends on who calls whom, not on how often: it stands still while numbers change.
  const shape = JSON.stringify([nodes.map(({ name }) => name).toSorted(), edges.map(keyOf).toSorted()]);
  const layout = useMemo(() => {
    const sorted = sortedEdges(edges);
    return layeredLayout(
      {
        nodes: nodes.map(({ name }) => name).toSorted(),
        edges: sorted.map(({ client, server }) => ({ from: client, to: server })),
      },
      SIZES,
    );
  }, [shape]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const read = (): void => setWidth(element.clientWidth);
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const fullWidth = layout.width + 2 * MARGIN_PX;
  const fullHeight = layout.height + 2 * MARGIN_PX;
  const scale = Math.max(LEAST_SCALE, Math.min(1, width / fullWidth)) * zoom;
  const most = edges.reduce((largest, { perSecond }) => Math.max(largest, perSecond), 0.001);
  const touches = ({ client, server }: GraphEdge): boolean => near === client || near === server;
  return (
    <div class="card map-card">
      <div class="map-zoom row no-print" role="group" aria-label="Size of the map">
        <button aria-label="Smaller" onClick={() => setZoom(Math.max(0.4, zoom / 1.25))}>
          −
        </button>
        <button aria-label="Larger" onClick={() => setZoom(Math.min(4, zoom * 1.25))}>
          +
        </button>
        <button onClick={() => setZoom(1)}>Fit</button>
      </div>
      <div
        ref={box}
        class="map-box"
        tabIndex={0}
        role="group"
        aria-label="Service map; the table below has the same"
      >
        <svg
          width={fullWidth * scale}
          height={fullHeight * scale}
          viewBox={`${-MARGIN_PX} ${-MARGIN_PX} ${fullWidth} ${fullHeight}`}
        >
          {sortedEdges(edges).map((edge, index) => (
            <Edge
              key={keyOf(edge)}
              edge={edge}
              points={layout.edges[index] ?? []}
              mostPerSecond={most}
              isDim={near !== undefined && !touches(edge)}
              withLabel={
                near === undefined ? edges.length <= MOST_LABELS || edge.errorRatio > 0 : touches(edge)
              }
              isCrowdedEnd={
                edges.filter(({ server }) => server === edge.server).length >
                edges.filter(({ client }) => client === edge.client).length
              }
            />
          ))}
          {nodes.map((node) => (
            <Node
              key={node.name}
              node={node}
              at={layout.nodes.get(node.name)}
              isDim={
                near !== undefined &&
                near !== node.name &&
                !edges.some(
                  (edge) => touches(edge) && (edge.client === node.name || edge.server === node.name),
                )
              }
              onNear={setNear}
            />
          ))}
        </svg>
      </div>
    </div>
  );
}

/** The worst first makes a list that changes with every number; by their names they keep their places. */
function sortedEdges(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  return edges.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function keyOf({ client, server }: GraphEdge): string {
  return JSON.stringify([client, server]);
}

/** Links of a drawing are not followed by the shell, which knows those of documents. */
function follow(event: MouseEvent, to: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
  event.preventDefault();
  navigate(to);
}

interface EdgeProps {
  readonly edge: GraphEdge;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly mostPerSecond: number;
  readonly isDim: boolean;
  readonly withLabel: boolean;
  /** More lines end at the server than begin at the client. */
  readonly isCrowdedEnd: boolean;
}

function Edge({ edge, points, mostPerSecond, isDim, withLabel, isCrowdedEnd }: EdgeProps) {
  if (points.length === 0) return null;
  const { client, server, perSecond, errorRatio, meanSeconds } = edge;
  const to = edgeHref(edge);
  const label = labelPlace(points, isCrowdedEnd);
  const facts = [`${shortNumber(perSecond)}/s`];
  if (Number.isFinite(meanSeconds)) facts.push(duration(meanSeconds));
  const failing = errorRatio > 0 ? failedText(errorRatio) : '';
  return (
    <a
      class={`map-edge${errorRatio > 0 ? ' map-edge-failing' : ''}${isDim ? ' map-dim' : ''}`}
      href={to}
      // What is seen stands in it word for word.
      aria-label={[`${client} calls ${server}`, failing, facts.join(' · ')].join(' ')}
      onClick={(event) => follow(event, to)}
    >
      <path class="map-edge-reach" d={edgePath(points)} />
      <path
        class="map-edge-line"
        d={edgePath(points)}
        stroke-width={1.5 + 5 * Math.sqrt(perSecond / mostPerSecond)}
        stroke-dasharray={edge.kind === 'messaging' ? '6 4' : undefined}
      />
      {withLabel && (
        <text class="map-label" x={label.x} y={label.y - 8} text-anchor="middle">
          {failing !== '' && (
            <tspan class="map-failing" x={label.x} dy="-15">
              {failing}{' '}
            </tspan>
          )}
          <tspan x={label.x} dy={failing === '' ? '0' : '15'}>
            {facts.join(' · ')}
          </tspan>
        </text>
      )}
    </a>
  );
}

interface NodeProps {
  readonly node: GraphNode;
  readonly at: { readonly x: number; readonly y: number } | undefined;
  readonly isDim: boolean;
  onNear(name: string | undefined): void;
}

const NAME_LENGTH = 20;

function Node({ node, at, isDim, onNear }: NodeProps) {
  if (at === undefined) return null;
  const { name, kind, perSecond, errorRatio } = node;
  const to = nodeHref(node);
  const shown = visibleText(name, { oneLine: true });
  const short = shown.length > NAME_LENGTH ? `${shown.slice(0, NAME_LENGTH - 1)}…` : shown;
  const facts = [
    KIND_TEXTS[kind],
    perSecond > 0 ? `${shortNumber(perSecond)}/s` : '',
    errorRatio > 0 ? failedText(errorRatio) : '',
  ].filter((fact) => fact !== '');
  return (
    <a
      class={`map-node map-node-${kind}${errorRatio > 0 ? ' map-node-failing' : ''}${isDim ? ' map-dim' : ''}`}
      href={to}
      aria-label={[short, facts.join(' · '), short === shown ? '' : `(${shown})`].join(' ').trim()}
      onClick={(event) => follow(event, to)}
      onPointerEnter={() => onNear(name)}
      onPointerLeave={() => onNear(undefined)}
      onFocus={() => onNear(name)}
      onBlur={() => onNear(undefined)}
    >
      {short !== shown && <title>{shown}</title>}
      <rect
        x={at.x}
        y={at.y}
        width={SIZES.nodeWidth}
        height={SIZES.nodeHeight}
        rx={kind === 'database' ? 16 : 6}
        stroke-dasharray={kind === 'external' || kind === 'user' ? '5 4' : undefined}
      />
      <text class="map-name" x={at.x + 12} y={at.y + 20}>
        {short}{' '}
      </text>
      <text class={errorRatio > 0 ? 'map-facts map-failing' : 'map-facts'} x={at.x + 12} y={at.y + 37}>
        {facts.join(' · ')}
      </text>
    </a>
  );
}
