import type { Attribute } from '../../api/trace-json.ts';
import { quoted } from '../quote.ts';

/** `span.http.route`, with quotes where the key has letters that the language would read otherwise. */
function attributeName(scope: 'span' | 'resource' | 'event' | 'link', key: string): string {
  return `${scope}.${/^[A-Za-z_][\w.]*$/.test(key) ? key : quoted(key)}`;
}

/** `span.http.route = "/cart"`; undefined for lists and the like, which cannot be asked for. */
export function attributeCondition(
  scope: 'span' | 'resource' | 'event' | 'link',
  { key, text, type }: Attribute,
): string | undefined {
  if (type === 'other') return undefined;
  return `${attributeName(scope, key)} = ${type === 'string' ? quoted(text) : text}`;
}

/** One set of spans that meets all conditions: `{ a && b }`. */
export function traceqlOf(conditions: readonly (string | undefined)[]): string {
  const given = conditions.filter((each) => each !== undefined && each !== '');
  return given.length === 0 ? '{ }' : `{ ${given.join(' && ')} }`;
}

/** All spans of one operation of one service. */
export function operationQuery({
  service,
  name,
}: {
  readonly service: string;
  readonly name: string;
}): string {
  return traceqlOf([serviceCondition(service), `name = ${quoted(name)}`]);
}

export function serviceCondition(service: string): string {
  return `resource.service.name = ${quoted(service)}`;
}
