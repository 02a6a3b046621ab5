import { describe, expect, it } from 'vitest';
import { createMemoryTraces } from '../memory/memory-traces.ts';
import { baseNs, id, span, trace } from '../traces.fixture.ts';
import { lenientFilter } from './lenient-filter.ts';
import { tagNames } from './tag-names.ts';
import { tagValues } from './tag-values.ts';

const event = { name: 'exception', timeNs: baseNs, attributes: new Map([['exception.type', 'TypeError']]) };
const source = createMemoryTraces();
source.add([
  span({ attributes: { 'http.route': '/cart', code: 200n, tags: ['red', 'blue'] }, events: [event] }),
  span({
    spanId: id(2),
    service: 'stock',
    status: 'error',
    attributes: { 'http.route': '/pay', ratio: 0.5, ok: true },
  }),
  span({
    traceId: trace(2),
    service: 'mail',
    startNs: baseNs + 10_000_000_000n,
    attributes: { 'http.route': '/mail' },
  }),
]);

const everything = createMemoryTraces();
everything.add([
  {
    ...span({
      statusMessage: 'boom',
      events: [event],
      links: [
        { traceId: trace(9), spanId: id(9), traceState: '', attributes: new Map([['relation', 'follows']]) },
      ],
      attributes: { map: { a: 1n }, mixed: ['a', 1n], bytes: new Uint8Array([1]) },
    }),
    scope: { name: 'http', version: '1.0', attributes: new Map([['stable', true]]) },
  },
]);

describe('tagNames', () => {
  it('lists the attributes of each scope, and what every span has', async () => {
    const { scopes } = await tagNames(source);
    expect(Object.fromEntries(scopes.map(({ name, tags }) => [name, tags]))).toMatchObject({
      resource: ['service.name'],
      span: ['code', 'http.route', 'ok', 'ratio', 'tags'],
      event: ['exception.type'],
      intrinsic: expect.arrayContaining(['duration', 'name', 'trace:id']),
    });
  });

  it.each([
    [{ scope: 'span', query: '{ resource.service.name = "stock" }' }, ['http.route', 'ok', 'ratio']],
    [
      { scope: 'span', query: '{ resource.service.name = "stock" && span.http.route = }' },
      ['http.route', 'ok', 'ratio'],
    ],
    [{ scope: 'span', query: 'no query' }, ['code', 'http.route', 'ok', 'ratio', 'tags']],
    [
      { scope: 'span', range: { fromNs: baseNs + 9_000_000_000n, toNs: baseNs + 11_000_000_000n } },
      ['http.route'],
    ],
    [{ scope: 'span', maxTagsPerScope: 1 }, ['http.route']],
    [{ scope: 'intrinsic', query: '{ false }' }, expect.arrayContaining(['duration', 'trace:id'])],
  ] as const)('keeps with %o to %j', async (options, expected) => {
    expect((await tagNames(source, options)).scopes[0]?.tags).toEqual(expected);
  });
});

describe('tagValues', () => {
  it.each([
    ['span.http.route', '', ['string /cart', 'string /mail', 'string /pay']],
    ['span.http.route', '{ status = error }', ['string /pay']],
    ['.code', '', ['int 200']],
    ['span.ratio', '', ['float 0.5']],
    ['span.ok', '', ['bool true']],
    ['span.tags', '', ['string blue', 'string red']],
    ['event.exception.type', '', ['string TypeError']],
    ['event:name', '{ resource.service.name = "shop" }', ['string exception']],
    ['resource.service.name', '{ span.ok = true }', ['string stock']],
    ['status', '', ['keyword ok', 'keyword error', 'keyword unset']],
    ['duration', '', []],
    ['trace:id', '', []],
  ])('of %s with %s are %j', async (tag, query, expected) => {
    const { tagValues: values } = await tagValues(source, tag, { query });
    expect(values.map(({ type, value }) => `${type} ${value}`)).toEqual(expected);
  });

  it.each([
    ['name', ['string GET']],
    ['statusMessage', ['string boom']],
    ['span:childCount', ['int 0']],
    ['rootServiceName', ['string shop']],
    ['event:timeSinceStart', ['duration 0s']],
    ['instrumentation:name', ['string http']],
    ['instrumentation.stable', ['bool true']],
    ['link.relation', ['string follows']],
    ['link:traceID', []],
    ['parent', []],
    ['.stable', ['bool true']],
    ['span.missing', []],
    // No value of TraceQL.
    ['span.map', []],
    ['span.mixed', []],
    ['span.bytes', []],
  ])('of %s are of one span that has everything %j', async (tag, expected) => {
    const { tagValues: values } = await tagValues(everything, tag);
    expect(values.map(({ type, value }) => `${type} ${value}`)).toEqual(expected);
  });

  it('are no more than the bound', async () => {
    expect((await tagValues(source, 'span.http.route', { maxValues: 2 })).tagValues).toHaveLength(2);
  });

  it('refuse what is no attribute', async () => {
    await expect(tagValues(source, '1 + 1')).rejects.toMatchObject({ class: 'bad_data' });
    // What would end the braces that it is put in.
    await expect(tagValues(source, '} | rate() //')).rejects.toMatchObject({ class: 'bad_data' });
    await expect(tagValues(source, '} | by(.a) //')).rejects.toMatchObject({ class: 'bad_data' });
  });
});

describe('lenientFilter', () => {
  it.each([
    ['{ .a = "x" && .b = }', '{ .a = "x" && true }'],
    ['{ .a = "x" && .b =~', '{ .a = "x" && true }'],
    ['{ .a = "x" && ', '{ .a = "x" && true }'],
    ['{ (.a = 1 || .b = ) && .c = 2 }', '{ (.a = 1 || true) && .c = 2 }'],
    ['{ .a = "x', '{ true }'],
    ['{ .a = 1 } | count() > 2', '{ .a = 1 }'],
    ['{ .a = 1 } | rate()', '{ .a = 1 }'],
    ['{', '{ }'],
    ['{ } | nonsense', '{ }'],
  ])('reads %s as %s', (query, expected) => {
    expect(lenientFilter(query)).toEqual(lenientFilter(expected));
    expect(lenientFilter(query)).toBeDefined();
  });

  it.each(['', 'nothing', '{ .a } >> { .b }'])('lets everything through for "%s"', (query) => {
    expect(lenientFilter(query)).toBeUndefined();
  });
});
