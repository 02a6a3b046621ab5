import { rememberClean } from '@sightline/redact';
import type { Redactor } from '@sightline/redact';
import { originForm } from './origin-form.ts';

/**
 * Path and query with secrets censored: those that show themselves, and what stands where the template of the route has a
 * parameter with a secret name, as in `/reset/:token`.
 */
export type CensorTarget = (target: string, route: string | undefined) => string;

/** One segment of a route with a secret name, among those that are not empty. */
interface Segment {
  /** Its first place and its last one, where parts before it may be missing or of any length. */
  readonly from: number;
  readonly to: number;
  /** Its place from the end, which is 1; undefined where what follows it can have any length. */
  readonly fromBack: number | undefined;
  /** Only of paths with more segments than this: in shorter ones what follows it, or itself, may be missing. */
  readonly fromBackAbove: number;
  /** The segment before it, in small letters, where that is no parameter. */
  readonly after: string | undefined;
  /** Whether that says better where it is than its places, which may be several. */
  readonly isFoundByAfter: boolean;
}

/** What of a route with a secret name is needed to find it in a path. */
interface SecretRoute {
  readonly segments: readonly Segment[];
  /** How many segments it has; -1 where that can be any number. */
  readonly length: number;
  /** Its segments that are no parameters, in small letters. */
  readonly fixed: ReadonlySet<string>;
}

const NONE: SecretRoute = { segments: [], length: -1, fixed: new Set() };
/** Routes are bounded by the code; this is for a framework that makes them up. */
const MAX_ROUTES = 4000;
/** Matches any number of segments, or none. */
const OPEN = /[*{(+]/;
/** Such as `:lang?`, which is there or not. */
const OPTIONAL = /\?$/;
/** A parameter with an expression that matches within one segment, such as `:id(\d+)`, or `:id{[0-9]+}` of Hono. */
const WITHIN_SEGMENT =
  /:\w+(?:\((?:\\[dw]|\[[\w-]+\]|[\w|,+{}^$])+\)|\{(?:\\[dw]|\[[\w-]+\]|[\w|,+{}^$])+\})/g;
const PARAMETER = /[:*{}(]/;

/** Whether it may be another number of segments than one. */
function isVariable(segment: string): boolean {
  return OPTIONAL.test(segment) || isOpen(segment);
}

function isOpen(segment: string): boolean {
  return OPEN.test(segment.replace(WITHIN_SEGMENT, ''));
}

/** The fewest segments that they match; what stands in braces, over several of them, may be missing. */
function fewest(segments: readonly string[]): number {
  let count = 0;
  let depth = 0;
  for (const segment of segments) {
    if (depth === 0 && !isVariable(segment)) count++;
    const text = segment.replace(WITHIN_SEGMENT, '');
    depth += text.split('{').length - text.split('}').length;
  }
  return count;
}

/** @param redactor knows which names are secret */
export function createTargetCensor(redactor: Pick<Redactor, 'url' | 'isSecretKey'>): CensorTarget {
  const byRoute = new Map<string, SecretRoute>();
  const marker = redactor.url('/?password=0123456789').slice('/?password='.length);

  function isSecret(segment: string): boolean {
    const names = segment.match(/(?<=:)\w+/g) ?? [];
    return names.some((name) => redactor.isSecretKey(name));
  }

  function secretsOf(route: string): SecretRoute {
    const known = byRoute.get(route);
    if (known !== undefined) return known;
    const segments = route.split('/').filter((segment) => segment !== '');
    const found = segments.flatMap((segment, index): Segment[] => {
      if (!isSecret(segment)) return [];
      const before = segments[index - 1];
      const inFront = segments.slice(0, index);
      const rest = segments.slice(index);
      const after = before === undefined || PARAMETER.test(before) || isVariable(before) ? undefined : before;
      return [
        {
          from: fewest(inFront),
          to: [...inFront, segment].some(isOpen) ? Infinity : index,
          fromBack: rest.some(isOpen) ? undefined : rest.length,
          fromBackAbove: rest.some(isVariable) ? segments.length : 0,
          after: after?.toLowerCase(),
          isFoundByAfter: after !== undefined && inFront.some(isVariable),
        },
      ];
    });
    const fixed = segments.map((segment) => segment.replace(/[:*{}(].*/, '').toLowerCase());
    const secrets =
      found.length === 0
        ? NONE
        : {
            segments: found,
            length: segments.some(isVariable) ? -1 : segments.length,
            fixed: new Set(fixed),
          };
    if (byRoute.size < MAX_ROUTES) byRoute.set(route, secrets);
    return secrets;
  }

  /**
   * A path may be longer or shorter than the route: one of a mount goes on after it, one that was rewritten for the router has
   * more in front, and optional parts may be missing. Then what may be the secret is hidden from either side, and what follows
   * the segment that stands before it in the route.
   */
  function masked(url: string, { segments, length, fixed }: SecretRoute): string {
    const queryAt = url.indexOf('?');
    const path = (queryAt === -1 ? url : url.slice(0, queryAt)).split('/');
    const filled = path.flatMap((segment, index) => (segment === '' ? [] : [index]));
    const texts = filled.map((index) => path[index]?.toLowerCase() ?? '');
    const isWhole = filled.length === length;
    for (const { from, to, fromBack, fromBackAbove, after, isFoundByAfter } of segments) {
      const isFound = isFoundByAfter && texts.some((each) => each === after);
      const backPlace =
        fromBack !== undefined && filled.length > fromBackAbove ? filled.length - fromBack : -1;
      for (const [place, index] of filled.entries()) {
        const isThere = !isFound && place >= from && place <= to;
        const mayBe = isThere || place === backPlace || (place > 0 && texts[place - 1] === after);
        if (isWhole ? isThere : mayBe && !fixed.has(texts[place] ?? '')) path[index] = marker;
      }
    }
    return path.join('/') + (queryAt === -1 ? '' : url.slice(queryAt));
  }

  // Many requests ask for what the one before has asked for.
  const censored = rememberClean((target) => redactor.url(target));

  return (target, route) => {
    const url = censored(originForm(target));
    if (route === undefined || !route.includes(':')) return url;
    const secrets = secretsOf(route);
    return secrets === NONE ? url : masked(url, secrets);
  };
}
