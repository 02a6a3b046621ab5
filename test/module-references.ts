import { parseAst } from 'vitest/node';

/** One mention of another module in a source text. */
interface ModuleReference {
  /** As written: `./a.ts`, `@sightline/errors`, `node:fs`. */
  readonly specifier: string;
  /** `export-all` is `export * from`. */
  readonly kind: 'import' | 'export' | 'export-all' | 'dynamic' | 'require';
}

/** What the rules need to know of a module's syntax. */
export interface ModuleFacts {
  readonly references: readonly ModuleReference[];
  readonly hasDefaultExport: boolean;
  /** True when it holds nothing but `export { … } from` and `export type { … } from`, as an index may. */
  readonly onlyReExports: boolean;
}

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The text of a string literal, or of a template without holes. */
function textOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'TSLiteralType') return textOf(value['literal']);
  if (value.type === 'Literal' && typeof value['value'] === 'string') return value['value'];
  const [quasi, ...more] = Array.isArray(value['quasis']) ? value['quasis'] : [];
  if (value.type !== 'TemplateLiteral' || more.length > 0 || !isNode(quasi)) return undefined;
  const parts = quasi['value'];
  return typeof parts === 'object' && parts !== null && 'cooked' in parts ? String(parts.cooked) : undefined;
}

/** `require`, `anything.require`, `require.resolve`, `import.meta.resolve`, `vi.mock` and its like. */
function resolvesModule(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === 'Identifier') return callee['name'] === 'require';
  if (callee.type === 'CallExpression') return isNamed(callee['callee'], ['createRequire']);
  if (callee.type !== 'MemberExpression') return false;
  const { object, property } = callee;
  if (isNamed(property, ['require'])) return true;
  if (isNamed(property, ['resolve'])) {
    return isNamed(object, ['require']) || (isNode(object) && object.type === 'MetaProperty');
  }
  return isNamed(object, ['vi']) && isNamed(property, ['mock', 'doMock', 'importActual', 'importMock']);
}

function isNamed(node: unknown, names: readonly string[]): boolean {
  return isNode(node) && names.includes(String(node['name']));
}

function referenceIn(
  node: Node,
): { readonly specifier: unknown; readonly kind: ModuleReference['kind'] } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier: node['source'], kind: 'import' };
    case 'TSImportType':
      return { specifier: node['source'] ?? node['argument'], kind: 'import' };
    case 'TSExternalModuleReference':
      return { specifier: node['expression'], kind: 'require' };
    case 'ExportNamedDeclaration':
      return { specifier: node['source'], kind: 'export' };
    case 'ExportAllDeclaration':
      return { specifier: node['source'], kind: 'export-all' };
    case 'ImportExpression':
      return { specifier: node['source'], kind: 'dynamic' };
    case 'CallExpression': {
      const [first] = Array.isArray(node['arguments']) ? node['arguments'] : [];
      return resolvesModule(node['callee']) ? { specifier: first, kind: 'require' } : undefined;
    }
    default:
      return undefined;
  }
}

function isDefaultExport(node: Node): boolean {
  if (node.type === 'ExportDefaultDeclaration' || node.type === 'TSExportAssignment') return true;
  const specifiers = node.type === 'ExportNamedDeclaration' ? node['specifiers'] : undefined;
  if (!Array.isArray(specifiers)) return false;
  return specifiers.some((each: unknown) => {
    const exported = isNode(each) ? each['exported'] : undefined;
    return isNamed(exported, ['default']) || textOf(exported) === 'default';
  });
}

function isReExport(node: Node): boolean {
  if (node.type !== 'ExportNamedDeclaration' || isNode(node['declaration'])) return false;
  const empty = Array.isArray(node['specifiers']) && node['specifiers'].length === 0;
  return isNode(node['source']) || empty;
}

/**
 * Reads the syntax of a module, whatever it is made of: comments and strings do not count.
 *
 * @param source TypeScript
 * @throws when it does not parse
 */
export function moduleFacts(source: string): ModuleFacts {
  const program: unknown = parseAst(source, { lang: 'ts', astType: 'ts' });
  const body: Node[] =
    isNode(program) && Array.isArray(program['body']) ? program['body'].filter(isNode) : [];
  const references: ModuleReference[] = [];
  const open: unknown[] = [...body].toReversed();
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node.toReversed());
    if (!isNode(node)) continue;
    const found = referenceIn(node);
    const specifier = textOf(found?.specifier);
    if (found && specifier !== undefined) references.push({ specifier, kind: found.kind });
    open.push(...Object.values(node).toReversed());
  }
  return {
    references,
    hasDefaultExport: body.some(isDefaultExport),
    onlyReExports: body.every(isReExport),
  };
}
