import { createHash } from 'node:crypto';
import { type SyntaxNode, isNode, type Place, syntaxOf, walk } from './syntax.ts';
import { regExpChanges } from './regexp-changes.ts';

/** One small fault put into a source. */
export interface Mutant {
  /** The source, from the root of the workspace. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly operator: string;
  /** Offsets of what is replaced [UTF-16 code units]. */
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly mutated: string;
}

type Change = Pick<Mutant, 'operator' | 'start' | 'end' | 'mutated'>;

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
};

const ARITHMETIC: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&': ['|'],
  '|': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
};

const LOGIC: Readonly<Record<string, readonly string[]>> = { '&&': ['||'], '||': ['&&'], '??': ['&&'] };

const ASSIGNMENTS: Readonly<Record<string, readonly string[]>> = {
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
};

/** Methods by what is put in their place; the empty text leaves the call out. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  some: ['every'],
  every: ['some'],
  filter: [''],
  slice: [''],
  sort: [''],
  toSorted: [''],
  reverse: [''],
  toReversed: [''],
  trim: [''],
  startsWith: ['endsWith'],
  endsWith: ['startsWith'],
  indexOf: ['lastIndexOf'],
  lastIndexOf: ['indexOf'],
  find: ['findLast'],
  push: ['unshift'],
  unshift: ['push'],
  shift: ['pop'],
  pop: ['shift'],
  min: ['max'],
  max: ['min'],
  floor: ['ceil'],
  ceil: ['floor'],
  toLowerCase: ['toUpperCase'],
  toUpperCase: ['toLowerCase'],
};

/** Every mutant of a source, in its order. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const changes: Change[] = [];
  const lines = linesOf(source);
  walk(syntaxOf(source), (node, place) => changes.push(...changesOf(node, place, source)));
  return changes
    .filter(({ start, end, mutated }) => source.slice(start, end) !== mutated)
    .map(({ operator, start, end, mutated }) => {
      return {
        file,
        line: lineAt(lines, start),
        operator,
        start,
        end,
        original: source.slice(start, end),
        mutated,
      };
    });
}

/** The source with the fault in it. */
export function mutatedSource(source: string, { start, end, mutated }: Mutant): string {
  return source.slice(0, start) + mutated + source.slice(end);
}

/**
 * Names mutants of a source, also when other lines of it change: by the text of the line, and by which it is of those that
 * are the same.
 */
export function mutantKeys(source: string): (mutant: Mutant) => string {
  const lines = linesOf(source);
  const seen = new Map<string, number>();
  const counts = lines.map(({ text }) => {
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return count;
  });
  return function mutantKey({ file, operator, line, start, end, mutated }) {
    const { text = '', start: lineStart = 0 } = lines[line - 1] ?? {};
    const parts = [file, operator, text, start - lineStart, end - start, mutated, counts[line - 1]];
    return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);
  };
}

interface Line {
  readonly text: string;
  readonly start: number;
}

function linesOf(source: string): readonly Line[] {
  let start = 0;
  return source.split('\n').map((text) => {
    const line = { text, start };
    start += text.length + 1;
    return line;
  });
}

/** The number of the line that an offset is on, from 1. */
function lineAt(lines: readonly Line[], offset: number): number {
  return lines.findLastIndex(({ start }) => start <= offset) + 1;
}

function changesOf(node: SyntaxNode, place: Place, source: string): readonly Change[] {
  switch (node.type) {
    case 'BinaryExpression':
      return [
        ...operatorChanges('comparison', COMPARISONS, node, source),
        ...(isText(node['left']) || isText(node['right'])
          ? []
          : operatorChanges('arithmetic', ARITHMETIC, node, source)),
      ];
    case 'LogicalExpression':
      return operatorChanges('logic', LOGIC, node, source);
    case 'AssignmentExpression':
      return operatorChanges('assignment', ASSIGNMENTS, node, source);
    case 'UpdateExpression':
      // The step of a loop the other way round never ends: it would be noticed each time, and slowly.
      return place.property === 'update' ? [] : updateChanges(node, source);
    case 'UnaryExpression':
      return node['operator'] === '!' || node['operator'] === '-'
        ? [replacing('sign', node, textOf(node['argument'], source))]
        : [];
    case 'Literal':
      return literalChanges(node, place);
    case 'TemplateLiteral':
      return place.parent?.type === 'TaggedTemplateExpression' || source.slice(node.start, node.end) === '``'
        ? []
        : [replacing('text', node, '``')];
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['true', 'false'].map((mutated) => replacing('condition', node['test'], mutated));
    case 'WhileStatement':
    case 'ForStatement':
      return isNode(node['test']) ? [replacing('condition', node['test'], 'false')] : [];
    case 'ExpressionStatement':
      return isDirective(node) ? [] : [replacing('statement', node, ';')];
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return bodyChanges(node);
    case 'CallExpression':
      return methodChanges(node, source);
    default:
      return [];
  }
}

function operatorChanges(
  operator: string,
  table: Readonly<Record<string, readonly string[]>>,
  node: SyntaxNode,
  source: string,
): readonly Change[] {
  const sign = String(node['operator']);
  const from = span(node['left']).end;
  const start = source.indexOf(sign, from);
  return (table[sign] ?? []).map((mutated) => ({ operator, start, end: start + sign.length, mutated }));
}

function updateChanges(node: SyntaxNode, source: string): readonly Change[] {
  const mutated = node['operator'] === '++' ? '--' : '++';
  const argument = textOf(node['argument'], source);
  return [
    {
      operator: 'update',
      ...span(node),
      mutated: node['prefix'] === true ? mutated + argument : argument + mutated,
    },
  ];
}

function literalChanges(node: SyntaxNode, { parent, property }: Place): readonly Change[] {
  const { value } = node;
  if (property === 'key' || (property === 'source' && parent?.type.startsWith('Export') === true)) return [];
  if (parent?.type === 'ExpressionStatement' || parent?.type === 'ImportExpression') return [];
  if (typeof value === 'boolean') return [replacing('boolean', node, String(!value))];
  if (typeof value === 'number') {
    return [value + 1, value - 1].map((other) =>
      replacing('number', node, other < 0 ? `(${other})` : String(other)),
    );
  }
  if (typeof value === 'string') {
    return [replacing('text', node, value === '' ? "'mutated'" : "''")];
  }
  if (isRegExp(node['regex'])) {
    const { pattern, flags } = node['regex'];
    return regExpChanges(pattern, flags).map((mutated) => replacing('regexp', node, mutated));
  }
  return [];
}

/** A function that does nothing: only where it gives nothing back, for else the type would not allow it. */
function bodyChanges(node: SyntaxNode): readonly Change[] {
  const { body } = node;
  if (!isNode(body) || body.type !== 'BlockStatement' || (body['body'] as unknown[]).length < 2) return [];
  return returnsSomething(body) ? [] : [{ operator: 'body', ...span(body), mutated: '{}' }];
}

function returnsSomething(body: SyntaxNode): boolean {
  let found = false;
  walk(body, (node, { ancestors }) => {
    if (node.type !== 'ReturnStatement' || node['argument'] === null) return;
    const owner = ancestors.find(({ type }) => /Function/.test(type));
    if (owner === undefined) found = true;
  });
  return found;
}

function methodChanges(node: SyntaxNode, source: string): readonly Change[] {
  const { callee } = node;
  if (!isNode(callee) || callee.type !== 'MemberExpression' || callee['computed'] === true) return [];
  const property = callee['property'] as SyntaxNode;
  const name = String(property['name']);
  return (Object.hasOwn(METHODS, name) ? (METHODS[name] ?? []) : []).map((mutated) =>
    mutated === ''
      ? replacing('method', node, textOf(callee['object'], source))
      : replacing('method', property, mutated),
  );
}

function replacing(operator: string, node: unknown, mutated: string): Change {
  return { operator, ...span(node), mutated };
}

function span(node: unknown): Pick<Change, 'start' | 'end'> {
  const { start, end } = node as SyntaxNode;
  return { start, end };
}

function textOf(node: unknown, source: string): string {
  const { start, end } = span(node);
  return source.slice(start, end);
}

function isText(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (node.type === 'TemplateLiteral') return true;
  if (node.type === 'BinaryExpression') return isText(node['left']) || isText(node['right']);
  return node.type === 'Literal' && typeof node['value'] === 'string';
}

function isDirective(node: SyntaxNode): boolean {
  return typeof node['directive'] === 'string';
}

function isRegExp(value: unknown): value is { readonly pattern: string; readonly flags: string } {
  return typeof value === 'object' && value !== null && 'pattern' in value;
}
