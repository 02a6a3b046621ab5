import type { AnyValue, Attributes } from '@opentelemetry/api';
import type { Redactor } from '@sightline/redact';

/** Censors what spans, events, links and resources say, by key and by value. */
export interface AttributeCensor {
  /** The key itself without secrets. */
  key(key: string): string;
  /** The value under this key without the secrets in it; the very same value when there is none. */
  value(key: string, value: AnyValue): AnyValue;
  /** A copy without secrets. */
  attributes(attributes: Attributes): Attributes;
  /** A name or a message. */
  text(text: string): string;
}

/** What is known of a key. */
interface KeyPlan {
  readonly secret: boolean;
  /** The key without secrets. */
  readonly name: string;
  readonly censor: (text: string) => string;
  /** The last value that had no secret: values under one key are mostly the same again. */
  clean: string;
}

/** Keys that are remembered; others are looked up each time. */
const MAX_PLANS = 2_000;

/** Longer values are seldom the same again, and comparing them takes as long as it saves. */
const MAX_REMEMBERED_LENGTH = 64;

/** Attributes that hold a URL, or a path and a query. Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/ */
const URL_KEY =
  /^(?:url\.(?:full|original|path|template)|http\.(?:url|target)|http\.request\.header\.referer)$/;

const QUERY_KEY = 'url.query';

/** Levels of nesting that are censored; deeper ones are named, not shown. */
const MAX_DEPTH = 32;

export function createAttributeCensor(redactor: Redactor): AttributeCensor {
  const plans = new Map<string, KeyPlan>();

  const makePlan = (key: string): KeyPlan => {
    const plan = {
      secret: redactor.isSecretKey(key),
      name: redactor.text(key),
      censor: censorFor(redactor, key),
      clean: '',
    };
    if (plans.size < MAX_PLANS) plans.set(key, plan);
    return plan;
  };

  /** Under a secret key the redactor decides what is left of the value; mostly its marker alone. */
  const underSecretKey = (key: string, value: AnyValue): AnyValue => {
    const censored = redactor.value({ [key]: value });
    return isRecord(censored) ? censored[key] : null;
  };

  const nested = (value: object, censor: (text: string) => string, depth: number): AnyValue => {
    if (depth > MAX_DEPTH) return '[deeper levels left out]';
    if (value instanceof Uint8Array) {
      const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
      const censored = redactor.text(text);
      return censored === text ? value : censored;
    }
    if (Array.isArray(value)) {
      const items = value.map((item: AnyValue) =>
        typeof item === 'string' ? censor(item) : isObject(item) ? nested(item, censor, depth + 1) : item,
      );
      // A list of arguments: what stands before a value may say that it is a secret.
      return items.every((item) => typeof item === 'string') ? redactor.value(items) : items;
    }
    return map(value as Attributes, depth);
  };

  const nameOf = (key: string): string => (plans.get(key) ?? makePlan(key)).name;

  const map = (attributes: Attributes, depth: number): Attributes => {
    const censored: Attributes = {};
    for (const key of Object.keys(attributes)) {
      const value = valueAt(key, attributes[key], depth);
      setOwn(censored, nameOf(key), value);
    }
    return censored;
  };

  const valueAt = (key: string, value: AnyValue, depth: number): AnyValue => {
    const plan = plans.get(key) ?? makePlan(key);
    if (plan.secret) return underSecretKey(key, value);
    if (typeof value === 'string') {
      if (value === plan.clean) return value;
      const censored = plan.censor(value);
      if (censored === value && value.length <= MAX_REMEMBERED_LENGTH) plan.clean = value;
      return censored;
    }
    return isObject(value) ? nested(value, plan.censor, depth + 1) : value;
  };

  return {
    key: nameOf,
    value: (key, value) => valueAt(key, value, 0),
    attributes: (attributes) => map(attributes, 0),
    text: redactor.text,
  };
}

function censorFor(redactor: Redactor, key: string): (text: string) => string {
  if (URL_KEY.test(key)) return redactor.url;
  if (key !== QUERY_KEY) return redactor.text;
  return (query) => {
    const censored = redactor.url(`?${query}`);
    return censored.startsWith('?') ? censored.slice(1) : censored;
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

/** `__proto__` is a key like any other. */
function setOwn(target: Attributes, key: string, value: AnyValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
