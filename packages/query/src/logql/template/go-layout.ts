/** A part of a layout of Go: a text, or what stands there of a time. */
export interface LayoutPart {
  readonly kind:
    | 'text'
    | 'year'
    | 'short-year'
    | 'month-name'
    | 'short-month-name'
    | 'month'
    | 'day'
    | 'year-day'
    | 'weekday'
    | 'short-weekday'
    | 'hour'
    | 'hour12'
    | 'minute'
    | 'second'
    | 'fraction'
    | 'am-pm'
    | 'zone-name'
    | 'offset';
  /** As it stands in the layout. */
  readonly text: string;
}

/** What each text of a layout stands for, longer ones first. Source: https://pkg.go.dev/time#pkg-constants */
const kinds: readonly (readonly [RegExp, LayoutPart['kind']])[] = [
  [/January/y, 'month-name'],
  [/Jan(?![a-z])/y, 'short-month-name'],
  [/Monday/y, 'weekday'],
  [/Mon(?![a-z])/y, 'short-weekday'],
  [/MST/y, 'zone-name'],
  [/2006/y, 'year'],
  [/002|__2/y, 'year-day'],
  [/01/y, 'month'],
  [/02|_2(?!006)/y, 'day'],
  [/03/y, 'hour12'],
  [/04/y, 'minute'],
  [/05/y, 'second'],
  [/06/y, 'short-year'],
  [/15/y, 'hour'],
  [/1/y, 'month'],
  [/2/y, 'day'],
  [/3/y, 'hour12'],
  [/4/y, 'minute'],
  [/5/y, 'second'],
  [/PM|pm/y, 'am-pm'],
  [/(?:Z|-)07(?::00:00|0000|:00|00)?/y, 'offset'],
  [/[.,](?:0+|9+)(?!\d)/y, 'fraction'],
];

/** Splits a layout such as `2006-01-02T15:04:05Z07:00`. */
export function layoutParts(layout: string): readonly LayoutPart[] {
  const parts: LayoutPart[] = [];
  let text = '';
  let at = 0;
  while (at < layout.length) {
    const part = partAt(layout, at);
    if (part === undefined) {
      text += layout.charAt(at);
      at += 1;
      continue;
    }
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
    parts.push(part);
    at += part.text.length;
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

function partAt(layout: string, at: number): LayoutPart | undefined {
  for (const [pattern, kind] of kinds) {
    pattern.lastIndex = at;
    const found = pattern.exec(layout)?.[0];
    if (found !== undefined) return { kind, text: found };
  }
  return undefined;
}
