/** A stretch of a trace, from its start [ms]. */
export interface Zoom {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A tick of the finest clock [ms]; closer nobody looks. */
const LEAST_MS = 0.001;

/** `12.5-80` of an address; the whole trace for anything else. */
export function readZoom(text: string, wholeMs: number): Zoom {
  const found = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text);
  const whole = { fromMs: 0, toMs: Math.max(wholeMs, LEAST_MS) };
  return found === null ? whole : clampZoom({ fromMs: Number(found[1]), toMs: Number(found[2]) }, wholeMs);
}

/** As the address has it; '' for the whole. */
export function writeZoom({ fromMs, toMs }: Zoom, wholeMs: number): string {
  if (fromMs <= 0 && toMs >= wholeMs) return '';
  return `${Number(fromMs.toFixed(4))}-${Number(toMs.toFixed(4))}`;
}

export function clampZoom({ fromMs, toMs }: Zoom, wholeMs: number): Zoom {
  const end = Math.max(wholeMs, LEAST_MS);
  const from = Math.max(0, Math.min(fromMs, end - LEAST_MS));
  return { fromMs: from, toMs: Math.max(from + LEAST_MS, Math.min(toMs, end)) };
}

/** Closer or further by a factor, around a moment that stays where it is. */
export function scaleZoom({ fromMs, toMs }: Zoom, factor: number, aroundMs: number, wholeMs: number): Zoom {
  const around = Math.max(fromMs, Math.min(toMs, aroundMs));
  return clampZoom(
    { fromMs: around - (around - fromMs) * factor, toMs: around + (toMs - around) * factor },
    wholeMs,
  );
}
