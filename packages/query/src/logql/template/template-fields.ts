import type { ParsedTemplate } from '../../promql/rules/go-template/index.ts';

type Node = ParsedTemplate['bodies'] extends ReadonlyMap<string, readonly (infer Item)[]> ? Item : never;
type Pipe = Extract<Node, { readonly type: 'action' }>['pipe'];

export interface TemplateFields {
  readonly fields: readonly string[];
  /** The field, when the template is nothing but it. */
  readonly onlyField: string | undefined;
}

/** The fields that a template names, as Loki looks for them: not in parentheses, nor in templates it defines. */
export function templateFields({ name, bodies }: ParsedTemplate): TemplateFields {
  const nodes = bodies.get(name)!;
  return { fields: [...new Set(nodes.flatMap((node) => nodeFields(node)))], onlyField: onlyField(nodes) };
}

function nodeFields(node: Node): readonly string[] {
  switch (node.type) {
    case 'action': {
      return pipeFields(node.pipe);
    }
    case 'if':
    case 'with':
    case 'range': {
      return [
        ...pipeFields(node.pipe),
        ...node.body.flatMap((inner) => nodeFields(inner)),
        ...node.otherwise.flatMap((inner) => nodeFields(inner)),
      ];
    }
    default: {
      return [];
    }
  }
}

function pipeFields({ commands }: Pipe): readonly string[] {
  return commands.flatMap(({ args }) =>
    args.flatMap((arg) => {
      if (arg.type === 'field') return arg.names;
      return arg.type === 'pipe' ? pipeFields(arg) : [];
    }),
  );
}

function onlyField(nodes: readonly Node[]): string | undefined {
  const [node] = nodes;
  if (nodes.length !== 1 || node?.type !== 'action' || node.pipe.commands.length !== 1) return undefined;
  const args = node.pipe.commands.flatMap((command) => command.args);
  const [field] = args;
  return args.length === 1 && field?.type === 'field' && field.names.length === 1
    ? field.names[0]
    : undefined;
}
