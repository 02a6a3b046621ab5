import { describe, expect, it } from 'vitest';
import { type LayerClass, layerPath } from './layer-path.ts';
import { joinTemplate, mountPath, mountTemplateOf, templateOf } from './template.ts';

describe('joinTemplate', () => {
  it.each([
    { mount: '', path: '', template: '/' },
    { mount: '', path: '/', template: '/' },
    { mount: '', path: '/orders', template: '/orders' },
    { mount: '/api', path: '/', template: '/api' },
    { mount: '/api', path: '/orders', template: '/api/orders' },
    { mount: '/api', path: 'orders', template: '/api/orders' },
    { mount: '/api', path: String.raw`/^\/\d+$/`, template: String.raw`/api/^\/\d+$/` },
  ])('is $template for $path below $mount', ({ mount, path, template }) => {
    expect(joinTemplate(mount, path)).toBe(template);
    expect(joinTemplate(mount, path)).toBe(template);
  });

  it('is right also for more than it remembers', () => {
    const paths = Array.from({ length: 3000 }, (_, at) => `/generated-${at}`);
    const expected = paths.map((path) => `/api${path}`);
    for (let round = 0; round < 2; round++) {
      expect(paths.map((path) => joinTemplate('/api', path))).toEqual(expected);
    }
  });
});

describe('templateOf', () => {
  it.each([
    { path: '/a/', template: '/a/', mount: '/a' },
    { path: '/', template: '/', mount: '' },
    { path: /^\/a$/, template: String.raw`/^\/a$/`, mount: String.raw`/^\/a$/` },
    { path: 7, template: undefined, mount: undefined },
    { path: undefined, template: undefined, mount: undefined },
  ])('is $template for $path, and $mount for that of a mount', ({ path, template, mount }) => {
    expect(templateOf(path)).toBe(template);
    expect(mountTemplateOf(path)).toBe(mount);
  });
});

describe('mountPath', () => {
  it.each([
    { path: '/a/b//', mount: '/a/b' },
    { path: '//', mount: '' },
    { path: '', mount: '' },
  ])('is $mount for $path', ({ path, mount }) => {
    expect(mountPath(path)).toBe(mount);
  });
});

describe('layerPath', () => {
  const options = { sensitive: false, strict: false, end: true };
  /** Layers that match by what they were given. */
  const layers = (match: unknown) =>
    function Layer(this: object, path: unknown) {
      Object.assign(this, { path, match });
    } as unknown as LayerClass;
  const isIn = function match(this: { path: unknown[] }, pathname: string) {
    return this.path.includes(pathname);
  };
  const undecodable = () => {
    throw new URIError('malformed');
  };

  it.each<{ what: string; match: unknown; pathname: string; found: string | undefined }>([
    { what: 'the first that matches', match: isIn, pathname: '/b', found: '/b' },
    { what: 'nothing when none does', match: isIn, pathname: '/c', found: undefined },
    { what: 'the one whose parameter cannot be decoded', match: undecodable, pathname: '/b', found: '/a' },
    { what: 'nothing when layers cannot be asked', match: 'no function', pathname: '/a', found: undefined },
  ])('of several is $what', ({ match, pathname, found }) => {
    const path = layerPath(['/a', ['/b']], layers(match), options);
    expect(path).toBeTypeOf('function');
    expect((path as (of: string) => unknown)(pathname)).toBe(found);
  });

  it('of one is its template, without a layer', () => {
    const none = function Layer() {
      throw new Error('a layer was made');
    } as unknown as LayerClass;
    expect(layerPath('/a/', none, options)).toBe('/a/');
    expect(layerPath([['/a/']], none, options)).toBe('/a/');
    expect(layerPath('/a/', none, { ...options, end: false })).toBe('/a');
    expect(layerPath(7, none, options)).toBeUndefined();
  });
});
