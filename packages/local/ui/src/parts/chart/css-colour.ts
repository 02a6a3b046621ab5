/**
 * A colour that a canvas understands: `var(--ok)` as the theme has it now.
 *
 * @param style of an element of the page
 */
export function canvasColour(colour: string, style: CSSStyleDeclaration): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
  return name === undefined ? colour : style.getPropertyValue(name).trim() || '#888888';
}

/** The same colour with so much of it, 0–1. */
export function withAlpha(colour: string, alphaRatio: number): string {
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(colour)?.[1];
  if (hex !== undefined) {
    const full = hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex;
    return `#${full}${Math.round(alphaRatio * 255)
      .toString(16)
      .padStart(2, '0')}`;
  }
  const rgb = /^rgb\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*\)$/.exec(colour);
  return rgb === null ? colour : `rgb(${rgb[1]} ${rgb[2]} ${rgb[3]} / ${alphaRatio})`;
}
