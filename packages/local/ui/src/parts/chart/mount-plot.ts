import UPlot from 'uplot';
import { type GraphHooks, type GraphShape, type GraphView, graphOptions } from './graph-options.ts';

export interface MountedPlot {
  readonly plot: UPlot;
  destroy(): void;
}

/** Made where no element is in sight, so that they keep none. */
function cuttable(to: { hooks: GraphHooks | undefined }): GraphHooks {
  return {
    onCursor: (plot) => to.hooks?.onCursor(plot),
    onSelect: (startMs, endMs) => to.hooks?.onSelect(startMs, endMs),
    onDraw: (plot) => to.hooks?.onDraw(plot),
  };
}

/**
 * Puts a plot into an element, as wide as that is.
 *
 * Of the plots that are gone one is kept for good: uPlot defines a getter on each, and V8 keeps the last with the hidden class
 * of all. So a plot has a box of its own and holds nothing of the page around it, and its data and its picture are let go by
 * hand.
 */
export function mountPlot(
  element: HTMLElement,
  shape: Omit<GraphShape, 'width'>,
  view: GraphView,
  data: UPlot.AlignedData,
  hooks: GraphHooks,
): MountedPlot {
  const own = element.ownerDocument.createElement('div');
  element.append(own);
  const to: { hooks: GraphHooks | undefined } = { hooks };
  const width = element.clientWidth || 300;
  const plot = new UPlot(
    graphOptions({ ...shape, width }, view, getComputedStyle(own), cuttable(to)),
    data,
    own,
  );
  const observer = new ResizeObserver(() => {
    if (element.clientWidth > 0 && element.clientWidth !== plot.width)
      plot.setSize({ width: element.clientWidth, height: shape.height });
  });
  observer.observe(element);
  return {
    plot,
    destroy() {
      observer.disconnect();
      to.hooks = undefined;
      plot.setData(data.map(() => []) as unknown as UPlot.AlignedData, false);
      plot.destroy();
      plot.ctx.canvas.width = 0;
      own.remove();
    },
  };
}
