import type { Attribute, AttributeScope, Intrinsic } from './ast.ts';

const intrinsics = new Map<Intrinsic, Attribute>();

/** The one attribute that stands for an intrinsic. */
export function intrinsicAttribute(intrinsic: Intrinsic): Attribute {
  const known = intrinsics.get(intrinsic);
  if (known !== undefined) return known;
  const attribute: Attribute = { scope: 'none', parent: false, name: intrinsic, intrinsic };
  intrinsics.set(intrinsic, attribute);
  return attribute;
}

/** Most attributes that are remembered; then it starts anew. */
const maxRemembered = 10_000;
const remembered = new Map<string, Attribute>();

/** An attribute by its name; mostly the same object for the same one, so that spans do not have one each. */
export function scopedAttribute(scope: AttributeScope, name: string, parent = false): Attribute {
  const key = `${parent}${scope}.${name}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= maxRemembered) remembered.clear();
  const attribute: Attribute = { scope, parent, name, intrinsic: undefined };
  remembered.set(key, attribute);
  return attribute;
}

export function sameAttribute(left: Attribute, right: Attribute): boolean {
  if (left === right) return true;
  return (
    left.scope === right.scope &&
    left.name === right.name &&
    left.intrinsic === right.intrinsic &&
    left.parent === right.parent
  );
}

/** Whether it is the one attribute of a resource that always is there. */
export const isServiceName = ({ scope, name, parent }: Attribute): boolean =>
  scope === 'resource' && name === 'service.name' && !parent;

const printed = new WeakMap<Attribute, string>();

/** An attribute as Tempo prints it: `.a`, `span.http.route`, `resource."with blank"`, `duration`. */
export function printAttribute(attribute: Attribute): string {
  const text = printed.get(attribute) ?? print(attribute);
  printed.set(attribute, text);
  return text;
}

function print({ scope, name, intrinsic, parent }: Attribute): string {
  const scopes = [...(parent ? ['parent'] : []), ...(scope === 'none' ? [] : [scope])];
  const prefix =
    scopes.length > 0 ? `${scopes.join('.')}.` : intrinsic === undefined && name !== '' ? '.' : '';
  if (!/[\s{}()=~!<>&|^,"]/u.test(name)) return prefix + name;
  return `${prefix}"${name.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
