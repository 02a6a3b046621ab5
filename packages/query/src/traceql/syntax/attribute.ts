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

export function scopedAttribute(scope: AttributeScope, name: string, parent = false): Attribute {
  return { scope, parent, name, intrinsic: undefined };
}

export function sameAttribute(left: Attribute, right: Attribute): boolean {
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

/** An attribute as Tempo prints it: `.a`, `span.http.route`, `resource."with blank"`, `duration`. */
export function printAttribute({ scope, name, intrinsic, parent }: Attribute): string {
  const scopes = [...(parent ? ['parent'] : []), ...(scope === 'none' ? [] : [scope])];
  const prefix =
    scopes.length > 0 ? `${scopes.join('.')}.` : intrinsic === undefined && name !== '' ? '.' : '';
  if (!/[\s{}()=~!<>&|^,"]/u.test(name)) return prefix + name;
  return `${prefix}"${name.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
