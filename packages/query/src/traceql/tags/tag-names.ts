import type { Attributes, Span } from '../model.ts';
import type { TraceSource } from '../source.ts';
import { visitSpans } from './matching-spans.ts';
import type { TagOptions } from './matching-spans.ts';

export type TagScope = 'resource' | 'span' | 'event' | 'link' | 'instrumentation' | 'intrinsic';

export interface TagNamesOptions extends TagOptions {
  /** Default: all. */
  readonly scope?: TagScope | undefined;
  /** Most names of one scope. Default 10,000. */
  readonly maxTagsPerScope?: number | undefined;
}

/** As `/api/v2/search/tags` of Tempo answers. */
export interface TagNamesResponse {
  readonly scopes: readonly { readonly name: TagScope; readonly tags: readonly string[] }[];
}

const defaultMaxTags = 10_000;

/** What every span has, as Tempo lists it. */
const intrinsics: readonly string[] = [
  'duration',
  'event:name',
  'event:timeSinceStart',
  'instrumentation:name',
  'instrumentation:version',
  'kind',
  'link:spanID',
  'link:traceID',
  'name',
  'rootName',
  'rootServiceName',
  'span:duration',
  'span:id',
  'span:kind',
  'span:name',
  'span:parentID',
  'span:status',
  'span:statusMessage',
  'status',
  'statusMessage',
  'trace:duration',
  'trace:id',
  'trace:rootName',
  'trace:rootService',
  'traceDuration',
];

/** Where the attributes of a scope stand. */
const attributesOf: Readonly<Record<Exclude<TagScope, 'intrinsic'>, (span: Span) => readonly Attributes[]>> =
  {
    resource: ({ resource }) => [resource.attributes],
    span: ({ attributes }) => [attributes],
    event: ({ events }) => events.map(({ attributes }) => attributes),
    link: ({ links }) => links.map(({ attributes }) => attributes),
    instrumentation: ({ scope }) => [scope.attributes],
  };

type AttributeTagScope = keyof typeof attributesOf;

/** The names of attributes that spans have, by scope; scopes without any are left out. */
export async function tagNames(
  source: TraceSource,
  options: TagNamesOptions = {},
): Promise<TagNamesResponse> {
  const { scope, maxTagsPerScope = defaultMaxTags } = options;
  const scopes = (Object.keys(attributesOf) as AttributeTagScope[]).filter(
    (each) => scope === undefined || each === scope,
  );
  const found = new Map<AttributeTagScope, Set<string>>(scopes.map((each) => [each, new Set()]));
  const seen = new WeakSet<Attributes>();
  if (scope !== 'intrinsic') {
    await visitSpans(source, options, ({ span }) => {
      for (const [each, tags] of found) {
        for (const attributes of attributesOf[each](span)) {
          // Thousands of spans share their resource.
          if (seen.has(attributes)) continue;
          seen.add(attributes);
          for (const name of attributes.keys()) if (tags.size < maxTagsPerScope) tags.add(name);
        }
      }
      return true;
    });
  }
  const named = [...found].map(([name, tags]): TagNamesResponse['scopes'][number] => ({
    name,
    tags: [...tags].toSorted(),
  }));
  const withIntrinsics = scope === undefined || scope === 'intrinsic';
  return {
    scopes: [
      ...named.filter(({ tags }) => tags.length > 0),
      ...(withIntrinsics ? [{ name: 'intrinsic', tags: intrinsics } as const] : []),
    ],
  };
}
