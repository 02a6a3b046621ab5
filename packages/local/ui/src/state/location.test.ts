import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeWindow, fakeWindow } from '../api/fake-server.fixture.ts';
import { followLinks, href, location, navigate, param, pathParts, setParams } from './location.ts';

let page: FakeWindow;

/** Where the page is. */
function at(address: string): void {
  page.location = new URL(address, page.location);
  navigate(`${address}#`);
}

beforeEach(() => {
  page = fakeWindow();
  location.value = { path: '/', params: new URLSearchParams() };
});
afterEach(() => vi.unstubAllGlobals());

describe('href', () => {
  it.each([
    ['/logs', {}, '/logs'],
    ['/logs', { query: '{a="b c"}', line: undefined, text: '' }, '/logs?query=%7Ba%3D%22b+c%22%7D'],
    ['/explore', { query: ['a', 'b'] }, '/explore?query=a&query=b'],
  ])('of %s with %j is %s', (path, params, expected) => expect(href(path, params)).toBe(expected));

  it('takes the time range along, unless it names one of its own', () => {
    at('/logs?from=now-1h&to=now&refresh=5s&query=x');
    expect(href('/map')).toBe('/map?from=now-1h&to=now&refresh=5s');
    expect(href('/map', { from: 5, refresh: undefined })).toBe('/map?from=5&to=now');
  });
});

describe('navigate', () => {
  it('goes to another page at its top, and stays at that place on the same one', () => {
    navigate('/logs?query=a');
    expect(location.value.path).toBe('/logs');
    navigate('/logs?query=b');
    navigate('/logs?query=c', { replace: true });
    navigate('/logs?query=c');
    expect(param('query')).toBe('c');
    expect(param('none', 'otherwise')).toBe('otherwise');
    expect(page.moves).toEqual([
      'push /logs?query=a',
      'to the top',
      'push /logs?query=b',
      'replace /logs?query=c',
    ]);
  });
});

describe('setParams', () => {
  it('changes what is named, and leaves the rest', () => {
    navigate('/explore?query=a&step=5');
    setParams({ query: ['b', '', 'c'], step: undefined, view: 'table' });
    expect(page.location.search).toBe('?query=b&query=c&view=table');
    setParams({ 'var-filter': [''] });
    expect(page.location.search).toContain('var-filter=');
    setParams({ 'var-filter': [] });
    setParams({ query: '', view: undefined }, { replace: false });
    expect(page.location.href).toBe('http://127.0.0.1:9464/explore');
    expect(page.moves.at(-1)).toBe('push /explore');
  });
});

describe('pathParts', () => {
  it.each([
    ['/service/a%20b', ['service', 'a b']],
    ['/', []],
    ['/service/%E0%A4%A', ['service', '%E0%A4%A']],
  ])('of %s are %j', (path, expected) => {
    location.value = { path, params: new URLSearchParams() };
    expect(pathParts.value).toEqual(expected);
  });
});

describe('followLinks', () => {
  class Anchor {
    readonly target: string;
    readonly attributes: readonly string[];
    readonly url: URL;
    constructor(address: string, { target = '', attributes = ['href'] } = {}) {
      this.url = new URL(address, 'http://127.0.0.1:9464');
      this.target = target;
      this.attributes = attributes;
    }
    hasAttribute(name: string): boolean {
      return this.attributes.includes(name);
    }
    get origin(): string {
      return this.url.origin;
    }
    get pathname(): string {
      return this.url.pathname;
    }
    get search(): string {
      return this.url.search;
    }
    get hash(): string {
      return this.url.hash;
    }
  }

  /** @returns whether the app took the click */
  function click(anchor: Anchor | undefined, more: object = {}): boolean {
    let isTaken = false;
    page.tell('click', {
      defaultPrevented: false,
      button: 0,
      composedPath: () => (anchor === undefined ? [{}] : [{}, anchor]),
      preventDefault: () => {
        isTaken = true;
      },
      ...more,
    });
    return isTaken;
  }

  beforeEach(() => {
    vi.stubGlobal('HTMLAnchorElement', Anchor);
    followLinks();
  });

  it('opens links of this app without loading the page anew', () => {
    expect(click(new Anchor('/logs?query=x'))).toBe(true);
    expect(location.value.path).toBe('/logs');
    expect(param('query')).toBe('x');
  });

  it.each([
    ['to another server', new Anchor('https://other.example/'), {}],
    ['into another window', new Anchor('/logs', { target: '_blank' }), {}],
    ['of a file', new Anchor('/logs', { attributes: ['href', 'download'] }), {}],
    ['without an address', new Anchor('/logs', { attributes: [] }), {}],
    ['with the control key', new Anchor('/logs'), { ctrlKey: true }],
    ['with the shift key', new Anchor('/logs'), { shiftKey: true }],
    ['with the alt key', new Anchor('/logs'), { altKey: true }],
    ['with the meta key', new Anchor('/logs'), { metaKey: true }],
    ['with another button', new Anchor('/logs'), { button: 1 }],
    ['that was taken already', new Anchor('/logs'), { defaultPrevented: true }],
    ['beside every link', undefined, {}],
  ])('leaves a click %s to the browser', (_, anchor, more) => {
    expect(click(anchor, more)).toBe(false);
    expect(location.value.path).toBe('/');
  });

  it('leaves a link to a place on the same page to the browser, and asks nothing anew', () => {
    navigate('/logs?query=x');
    const before = location.value;
    expect(click(new Anchor('/logs?query=x#page'))).toBe(false);
    page.tell('popstate');
    expect(location.value).toBe(before);
    expect(click(new Anchor('/logs?query=y#page'))).toBe(true);
    expect(param('query')).toBe('y');
  });

  it('goes back with the browser', () => {
    page.location = new URL('/traces?query=y', page.location);
    page.tell('popstate');
    expect(location.value.path).toBe('/traces');
  });
});
