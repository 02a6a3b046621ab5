import { stringLiteral } from './literals.ts';
import type { Node } from './nodes.ts';
import { readPipe } from './parse-pipe.ts';
import { readTokens } from './token-reader.ts';

/** A template that has been read: its own nodes under its name, and those that it defines under theirs. */
export interface ParsedTemplate {
  readonly name: string;
  readonly source: string;
  readonly bodies: ReadonlyMap<string, readonly Node[]>;
}

/** What ended a list of nodes. */
type Ending = 'end' | 'else';

/** Deepest nesting of blocks. */
const MAX_DEPTH = 100;

/**
 * Reads a template of Go's text/template.
 *
 * Source: https://pkg.go.dev/text/template
 *
 * @param functions names that it may call
 * @throws {TemplateError} as Go words it
 */
export function parseTemplate(name: string, source: string, functions: ReadonlySet<string>): ParsedTemplate {
  const bodies = new Map<string, readonly Node[]>();
  const reader = readTokens(name, source);
  let loops = 0;
  let depth = 0;

  function scoped<Result>(read: () => Result): Result {
    const { length } = reader.variables;
    depth += 1;
    if (depth > MAX_DEPTH) reader.fail('blocks are nested too deeply');
    const result = read();
    depth -= 1;
    reader.variables.length = length;
    return result;
  }

  function readName(context: string): { readonly name: string; readonly at: number } {
    const { text, at } = reader.expect('string', context);
    return { name: stringLiteral(text) ?? reader.fail('invalid syntax'), at };
  }

  function readBranch(kind: 'if' | 'with' | 'range', at: number): Node {
    return scoped(() => {
      const pipe = readPipe(reader, functions, kind, 'action');
      if (kind === 'range') loops += 1;
      const body = readList(kind);
      if (kind === 'range') loops -= 1;
      const otherwise = body.ending === 'else' ? readElse(kind) : [];
      return { type: kind, at, pipe, body: body.nodes, otherwise };
    });
  }

  /** What follows `{{else`: a list, or another branch that ends with the same `{{end}}`. */
  function readElse(kind: 'if' | 'with' | 'range'): readonly Node[] {
    const token = reader.peekNonSpace();
    if (token.kind === 'keyword' && token.text === kind && kind !== 'range') {
      reader.nextNonSpace();
      return [readBranch(kind, token.at)];
    }
    reader.expect('right', 'else');
    const { nodes, ending } = readList(kind);
    if (ending === 'else') reader.fail('expected end; found {{else}}');
    return nodes;
  }

  function define(defined: string): void {
    const outer = reader.variables.splice(0);
    reader.variables.push('$');
    const { nodes, ending } = scoped(() => readList('define'));
    if (ending === 'else') reader.fail('unexpected {{else}} in define clause');
    bodies.set(defined, nodes);
    reader.variables.splice(0, reader.variables.length, ...outer);
  }

  function readKeyword(keyword: string, at: number, isTop: boolean): Node | Ending | undefined {
    switch (keyword) {
      case 'if':
      case 'with':
      case 'range':
        return readBranch(keyword, at);
      case 'end':
        reader.expect('right', 'end');
        return 'end';
      case 'else':
        return 'else';
      case 'break':
      case 'continue':
        reader.expect('right', keyword);
        if (loops === 0) reader.fail(`{{${keyword}}} outside {{range}}`);
        return { type: keyword, at };
      case 'template': {
        const called = readName('template clause');
        const hasPipe = reader.peekNonSpace().kind !== 'right';
        if (!hasPipe) reader.expect('right', 'template clause');
        const pipe = hasPipe ? readPipe(reader, functions, 'template clause', 'action') : undefined;
        return { type: 'template', ...called, pipe };
      }
      case 'block': {
        const defined = readName('block clause');
        const pipe = readPipe(reader, functions, 'block clause', 'action');
        define(defined.name);
        return { type: 'template', ...defined, pipe };
      }
      default: {
        if (!isTop) reader.fail('unexpected <define> in command');
        const defined = readName('define clause');
        reader.expect('right', 'define clause');
        define(defined.name);
        return undefined;
      }
    }
  }

  /** Nodes up to an `{{end}}` or `{{else`, or at the top up to the end of the text. */
  function readList(context: string): { readonly nodes: readonly Node[]; readonly ending: Ending } {
    const nodes: Node[] = [];
    for (;;) {
      const token = reader.next();
      if (token.kind === 'end') {
        if (context !== '') reader.fail('unexpected EOF');
        return { nodes, ending: 'end' };
      }
      if (token.kind === 'text') {
        nodes.push({ type: 'text', text: token.text, at: token.at });
        continue;
      }
      const first = reader.peekNonSpace();
      if (first.kind !== 'keyword') {
        nodes.push({
          type: 'action',
          pipe: readPipe(reader, functions, 'command', 'action'),
          at: first.at,
        });
        continue;
      }
      reader.nextNonSpace();
      const node = readKeyword(first.text, first.at, context === '');
      if (node === 'end' || node === 'else') {
        if (context === '') reader.fail(`unexpected {{${node}}}`);
        return { nodes, ending: node };
      }
      if (node !== undefined) nodes.push(node);
    }
  }

  bodies.set(name, readList('').nodes);
  return { name, source, bodies };
}
