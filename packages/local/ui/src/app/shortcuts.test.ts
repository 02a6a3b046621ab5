import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeWindow, fakeWindow } from '../api/fake-server.fixture.ts';
import { addShortcut, allShortcuts, listenForShortcuts } from './shortcuts.ts';

class Element {
  readonly tagName: string;
  readonly isContentEditable: boolean;
  constructor(tagName: string, isContentEditable = false) {
    this.tagName = tagName;
    this.isContentEditable = isContentEditable;
  }
}

let page: FakeWindow & { querySelector?: () => unknown };
let ends: (() => void)[] = [];
const done: string[] = [];

function press(key: string, more: object = {}): void {
  page.tell('keydown', {
    key,
    composedPath: () => [new Element('DIV')],
    preventDefault: () => done.push('taken'),
    ...more,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  page = fakeWindow();
  vi.stubGlobal('HTMLElement', Element);
  done.length = 0;
  ends = ['r', 'g l'].map((keys) => addShortcut({ keys, what: keys, run: () => done.push(keys) }));
  listenForShortcuts();
});
afterEach(() => {
  for (const end of ends) end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('listenForShortcuts', () => {
  it('runs what stands on a key, and on two after each other', () => {
    press('r');
    press('g');
    press('l');
    expect(done).toEqual(['taken', 'r', 'taken', 'g l']);
  });

  it('forgets the first of two after a while, and leaves a key without a meaning alone', () => {
    press('g');
    vi.advanceTimersByTime(1300);
    press('l');
    press('x');
    press('r');
    expect(done).toEqual(['taken', 'r']);
  });

  it.each([
    ['with the control key', { ctrlKey: true }],
    ['with the meta key', { metaKey: true }],
    ['with the alt key', { altKey: true }],
    ['in a field', { composedPath: () => [new Element('INPUT')] }],
    ['in a text that can be edited', { composedPath: () => [new Element('DIV', true)] }],
  ])('takes no key %s', (_, more) => {
    press('r', more);
    expect(done).toEqual([]);
  });

  it('takes no key while a dialog is open', () => {
    page.querySelector = () => ({});
    press('r');
    expect(done).toEqual([]);
  });
});

describe('addShortcut', () => {
  it('takes away what it added, but not what was put in its place', () => {
    const end = addShortcut({ keys: 'r', what: 'another', run: () => undefined });
    ends[0]?.();
    expect(allShortcuts().map(({ what }) => what)).toEqual(['another', 'g l']);
    end();
    expect(allShortcuts().map(({ what }) => what)).toEqual(['g l']);
  });
});
