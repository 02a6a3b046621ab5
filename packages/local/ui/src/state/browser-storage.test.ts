import { afterEach, describe, expect, it, vi } from 'vitest';
import { keep, recall } from './browser-storage.ts';

afterEach(() => vi.unstubAllGlobals());

describe('keep', () => {
  it('remembers for this page where the browser must keep nothing, not even look', () => {
    vi.stubGlobal('window', {
      get localStorage() {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
    });
    expect(recall('local', 'theme')).toBeUndefined();
    keep('local', 'theme', 'dark');
    expect(recall('local', 'theme')).toBe('dark');
    expect(recall('session', 'theme')).toBeUndefined();
  });

  it('keeps in the browser as soon as there is room', () => {
    const kept = new Map<string, string>();
    let isFull = true;
    const sessionStorage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem(key: string, text: string) {
        if (isFull) throw new DOMException('full', 'QuotaExceededError');
        kept.set(key, text);
      },
    };
    vi.stubGlobal('window', { sessionStorage });
    keep('session', 'a', '1');
    expect([recall('session', 'a'), kept.size]).toEqual(['1', 0]);
    isFull = false;
    keep('session', 'a', '2');
    expect([recall('session', 'a'), kept.get('a')]).toEqual(['2', '2']);
  });
});
