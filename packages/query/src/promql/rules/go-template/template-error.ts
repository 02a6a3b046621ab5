/** A template that does not parse, or fails while it is filled in; `message` is what Go says. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** Thrown by a function that cannot answer yet: it leaves the template as it is, and is no error of it. */
export class TemplateInterrupt extends Error {
  override readonly name = 'TemplateInterrupt';
}

const encoder = new TextEncoder();

/** Line from 1 and byte within it from 0, as Go tells a place. */
export function placeIn(source: string, at: number): { readonly line: number; readonly byte: number } {
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    line: before.split('\n').length,
    byte: encoder.encode(before.slice(lineStart)).length,
  };
}
