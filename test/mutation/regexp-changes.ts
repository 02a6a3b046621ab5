/** Small faults of a regular expression, each as a literal that compiles. */
export function regExpChanges(pattern: string, flags: string): readonly string[] {
  const changed = new Set<string>();
  if (pattern.startsWith('^')) changed.add(pattern.slice(1));
  if (/(?<!\\)\$$/.test(pattern)) changed.add(pattern.slice(0, -1));
  for (const [at, length, replacement] of parts(pattern)) {
    changed.add(pattern.slice(0, at) + replacement + pattern.slice(at + length));
  }
  const others = [...changed].map((other) => [other, flags] as const);
  if (flags.includes('i')) others.push([pattern, flags.replace('i', '')]);
  return others
    .filter(([other, itsFlags]) => compiles(other, itsFlags))
    .map(([other, itsFlags]) => `/${other}/${itsFlags}`);
}

const OPPOSITES: Readonly<Record<string, string>> = {
  '\\d': '\\D',
  '\\D': '\\d',
  '\\s': '\\S',
  '\\S': '\\s',
  '\\w': '\\W',
  '\\W': '\\w',
  '\\b': '\\B',
  '(?=': '(?!',
  '(?!': '(?=',
  '(?<=': '(?<!',
  '(?<!': '(?<=',
};

/** Offset, length and replacement of each part that has another. */
function* parts(pattern: string): Generator<readonly [at: number, length: number, replacement: string]> {
  const tokens = /\\.|\(\?<?[=!]|\[\^?|\]|[*+?]|\{\d+(?:,\d*)?\}/gs;
  let isInClass = false;
  for (const { 0: token, index } of pattern.matchAll(tokens)) {
    const opposite = OPPOSITES[token];
    if (opposite !== undefined && !(isInClass && token === '\\b')) yield [index, token.length, opposite];
    else if (token === ']') isInClass = false;
    else if (isInClass) continue;
    else if (token.startsWith('[')) {
      isInClass = true;
      yield [index, token.length, token === '[^' ? '[' : '[^'];
    } else if (token === '+' && !/[*+?}]/.test(pattern[index - 1] ?? '')) yield [index, 1, '*'];
    else if (token === '*' && !/[*+?}]/.test(pattern[index - 1] ?? '')) yield [index, 1, '+'];
    else if (token === '?' && !/[*+?}(]/.test(pattern[index - 1] ?? '')) yield [index, 1, ''];
    else if (token.startsWith('{')) yield [index, token.length, ''];
  }
}

function compiles(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags).source !== '(?:)';
  } catch {
    return false;
  }
}
