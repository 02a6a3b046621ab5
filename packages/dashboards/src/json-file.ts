const WIDTH = 110;
const INDENT = '  ';

/**
 * JSON as the formatter of this repository writes it: a list of texts or numbers stands on one line where there is room.
 *
 * @param value plain data
 * @returns with a line break at the end
 */
export function jsonFile(value: unknown): string {
  return `${text(value, '', 0)}\n`;
}

/** @param used what stands before it on its line, and a comma after it */
function text(value: unknown, indent: string, used: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent + INDENT;
  if (Array.isArray(value)) {
    const flat = oneLine(value);
    if (flat !== undefined && indent.length + used + flat.length <= WIDTH) return flat;
    return `[\n${value.map((each) => inner + text(each, inner, 1)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, each]) => {
    const name = `${JSON.stringify(key)}: `;
    return inner + name + text(each, inner, name.length + 1);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function oneLine(list: readonly unknown[]): string | undefined {
  if (list.some((each) => typeof each === 'object' && each !== null)) return undefined;
  return `[${list.map((each) => JSON.stringify(each)).join(', ')}]`;
}
