import type { Attribute, AttributeScope, Intrinsic } from './ast.ts';
import { intrinsicAttribute, scopedAttribute } from './attribute.ts';
import type { Cursor } from './cursor.ts';

/** Names that stand for themselves. */
const plain: ReadonlySet<string> = new Set<Intrinsic>([
  'duration',
  'name',
  'status',
  'statusMessage',
  'kind',
  'parent',
  'rootName',
  'rootServiceName',
  'traceDuration',
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
]);

/** What follows `trace:` and its like, and what it is. */
const scoped: Readonly<Record<string, Readonly<Record<string, Intrinsic>>>> = {
  'trace:': {
    duration: 'traceDuration',
    rootName: 'rootName',
    rootService: 'rootServiceName',
    id: 'trace:id',
  },
  'span:': {
    duration: 'duration',
    name: 'name',
    kind: 'kind',
    status: 'status',
    statusMessage: 'statusMessage',
    id: 'span:id',
    parentID: 'span:parentID',
    childCount: 'span:childCount',
  },
  'event:': { name: 'event:name', timeSinceStart: 'event:timeSinceStart' },
  'link:': { traceID: 'link:traceID', spanID: 'link:spanID' },
  'instrumentation:': { name: 'instrumentation:name', version: 'instrumentation:version' },
};

const attributeScopes: Readonly<Record<string, AttributeScope>> = {
  '.': 'none',
  'resource.': 'resource',
  'span.': 'span',
  'event.': 'event',
  'link.': 'link',
  'instrumentation.': 'instrumentation',
};

/** The attribute that comes next, if one does. */
export function attributeStartingAt(cursor: Cursor): Attribute | undefined {
  const { type } = cursor.peek();
  if (plain.has(type)) return intrinsicAttribute(cursor.next().type as Intrinsic);
  const members = Object.hasOwn(scoped, type) ? scoped[type] : undefined;
  if (members !== undefined) {
    cursor.next();
    return scopedIntrinsic(cursor, members);
  }
  if (type === 'parent.') {
    cursor.next();
    return scopedAttribute(innerScope(cursor), nameOf(cursor), true);
  }
  const scope = Object.hasOwn(attributeScopes, type) ? attributeScopes[type] : undefined;
  if (scope === undefined) return undefined;
  cursor.next();
  return scopedAttribute(scope, nameOf(cursor));
}

function scopedIntrinsic(cursor: Cursor, members: Readonly<Record<string, Intrinsic>>): Attribute {
  const { type } = cursor.peek();
  const intrinsic = Object.hasOwn(members, type) ? members[type] : undefined;
  if (intrinsic !== undefined) {
    cursor.next();
    return intrinsicAttribute(intrinsic);
  }
  const names = Object.keys(members);
  return cursor.unexpected(names.length > 4 ? [] : names);
}

function innerScope(cursor: Cursor): AttributeScope {
  if (cursor.accept('resource.')) return 'resource';
  return cursor.accept('span.') ? 'span' : 'none';
}

function nameOf(cursor: Cursor): string {
  const { text } = cursor.expect('IDENTIFIER');
  cursor.expect('END_ATTRIBUTE');
  return text;
}

/** Attributes between parentheses, with commas. */
export function parseAttributeList(cursor: Cursor): readonly Attribute[] {
  cursor.expect('(');
  const attributes: Attribute[] = [];
  do {
    attributes.push(attributeStartingAt(cursor) ?? cursor.unexpected());
  } while (cursor.accept(','));
  if (!cursor.accept(')')) cursor.unexpected([')', ',']);
  return attributes;
}
