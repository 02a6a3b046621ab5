import { parseLiteralExpression } from './literal-expression.ts';
import type { LiteralExpression } from './literal-expression.ts';

/** Test of a text; `always` stands for one that every text passes. */
export type SimplifiedTest = ((text: string) => boolean) | 'always';

/**
 * What Loki makes of the simple expressions of a label filter instead of an expression. It is not always the same: a
 * text with `.*`, or with alternatives that begin alike, is looked for anywhere in the value, not in the whole of it.
 *
 * @returns undefined where Loki makes an expression of it
 */
export function simplifiedTest(pattern: string): SimplifiedTest | undefined {
  const expression = parseLiteralExpression(pattern);
  return expression === undefined ? undefined : simplify(expression);
}

function simplify(expression: LiteralExpression): SimplifiedTest | undefined {
  switch (expression.type) {
    case 'text': {
      return equals(expression.text, expression.anyCase);
    }
    case 'any':
    case 'empty': {
      return 'always';
    }
    case 'some': {
      return (text) => text !== '';
    }
    case 'group': {
      return simplify(expression.of);
    }
    case 'alternatives': {
      return either(expression.parts.map((part) => simplify(withoutGroup(part))));
    }
    default: {
      return simplifySequence(expression.parts, undefined);
    }
  }
}

function withoutGroup(part: LiteralExpression): LiteralExpression {
  return part.type === 'group' ? part.of : part;
}

function equals(wanted: string, anyCase: boolean): SimplifiedTest {
  if (!anyCase) return (text) => text === wanted;
  const lower = wanted.toLowerCase();
  return (text) => text.toLowerCase() === lower;
}

function contains(wanted: string, anyCase: boolean): SimplifiedTest {
  if (!anyCase) return (text) => text.includes(wanted);
  const lower = wanted.toLowerCase();
  return (text) => text.toLowerCase().includes(lower);
}

/** One of them has to pass; those that always do are left out, as long as there is another. */
function either(tests: readonly (SimplifiedTest | undefined)[]): SimplifiedTest | undefined {
  const known = tests.filter((test) => test !== undefined);
  if (known.length < tests.length) return undefined;
  const real = known.filter((test) => test !== 'always');
  if (real.length === 0) return 'always';
  return (text) => real.some((test) => test(text));
}

interface Base {
  readonly text: string;
  readonly anyCase: boolean;
}

/** A text with `.*` around it, and alternatives behind. */
function simplifySequence(
  parts: readonly LiteralExpression[],
  given: Base | undefined,
): SimplifiedTest | undefined {
  const real = parts.map((part) => withoutGroup(part)).filter((part) => part.type !== 'empty');
  if (real.length > 3) return undefined;
  let base = given;
  let texts = 0;
  const tests: (SimplifiedTest | undefined)[] = [];
  for (const part of real) {
    if (part.type === 'text') {
      if (texts > 0) return undefined;
      texts += 1;
      base = { text: (base?.text ?? '') + part.text, anyCase: part.anyCase };
    } else if (part.type === 'alternatives' && base !== undefined) {
      for (const each of part.parts) tests.push(simplifyEnding(withoutGroup(each), base));
    } else if (part.type !== 'any') {
      return undefined;
    }
  }
  if (tests.length > 0) return either(tests);
  return base === undefined ? undefined : contains(base.text, base.anyCase);
}

function simplifyEnding(part: LiteralExpression, base: Base): SimplifiedTest | undefined {
  switch (part.type) {
    case 'empty':
    case 'any': {
      return contains(base.text, base.anyCase);
    }
    case 'text': {
      return contains(base.text + part.text, base.anyCase);
    }
    case 'sequence': {
      return simplifySequence(part.parts, base);
    }
    default: {
      return undefined;
    }
  }
}
