import { wholeTextTest } from './regular-expression.ts';

/** Labels of a series or a log stream, by name. The name of a metric is `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** How a label has to be: a missing label has the value "". */
export interface LabelMatcher {
  readonly name: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  /** A text, or for `=~` and `!~` a regular expression of RE2 that fits the whole value. */
  readonly value: string;
}

/**
 * The value of a label, "" without one. Names come from outside: `constructor` is a label where it was sent, and none
 * where it is only what every object has.
 */
export function ownLabel(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name]! : '';
}

/** Sets a label, also one that is called `__proto__`. */
export function setLabel(labels: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') labels[name] = value;
  else Object.defineProperty(labels, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The test that a matcher puts a label's value to. */
export function labelTest({ op, value }: LabelMatcher): (text: string) => boolean {
  switch (op) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~':
      return wholeTextTest(value);
    default: {
      const test = wholeTextTest(value);
      return (text) => !test(text);
    }
  }
}
