import { type Labels, setLabel } from '@sightline/query';
import type { AttributeValue, Attributes } from '@sightline/query/traceql';
import { attributeText } from './attributes.ts';

/** The labels that every series of a resource has, and those of its `target_info`. */
export interface ResourceLabels {
  readonly series: Labels;
  /** Undefined when the resource says nothing but who it is. */
  readonly targetInfo: Labels | undefined;
}

const IDENTITY: ReadonlySet<string> = new Set(['service.name', 'service.namespace', 'service.instance.id']);

/** Resource attributes that stand on every series, as the Prometheus of `compose/` promotes them. */
const PROMOTED = ['service.version', 'deployment.environment.name', 'service.namespace'];

/**
 * `job` is the namespace and the name of the service, `instance` its id.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#resource-attributes-1
 */
export function resourceLabels(attributes: Attributes): ResourceLabels {
  const text = (key: string): string => textOf(attributes.get(key));
  const name = text('service.name');
  const namespace = text('service.namespace');
  const identity: Record<string, string> = {};
  if (name !== '') identity['job'] = namespace === '' ? name : `${namespace}/${name}`;
  if (text('service.instance.id') !== '') identity['instance'] = text('service.instance.id');
  const series = { ...identity };
  for (const key of PROMOTED) if (text(key) !== '') series[labelName(key)] = text(key);
  const others = [...attributes].filter(([key]) => !IDENTITY.has(key));
  const targetInfo =
    others.length === 0 || identity['job'] === undefined
      ? undefined
      : { ...attributeLabels(new Map(others)), ...identity };
  return { series, targetInfo };
}

function textOf(value: AttributeValue | undefined): string {
  return value === undefined ? '' : attributeText(value);
}

/** Attributes as labels; of keys that are spelled alike the values are joined, in the order of the keys. */
export function attributeLabels(attributes: Attributes): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [key, value] of [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const name = labelName(key);
    const text = attributeText(value);
    setLabel(labels, name, Object.hasOwn(labels, name) ? `${labels[name]};${text}` : text);
  }
  return labels;
}

/** A key as a label's name: what none may hold is an underscore, and a digit does not come first. */
export function labelName(key: string): string {
  const name = key.replaceAll(/[^A-Za-z0-9_]+/g, '_');
  return /^\d/.test(name) ? `key_${name}` : name;
}
