type Storage = 'local' | 'session';

/** What a browser that keeps nothing was given to keep: it lasts as long as the page. */
const memory = new Map<string, string>();

const storageOf = (storage: Storage) => (storage === 'local' ? window.localStorage : window.sessionStorage);

/** What is kept in this browser, or in this tab; undefined where nothing is. */
export function recall(storage: Storage, key: string): string | undefined {
  const inMemory = memory.get(`${storage} ${key}`);
  if (inMemory !== undefined) return inMemory;
  try {
    return storageOf(storage).getItem(key) ?? undefined;
  } catch {
    // Whoever forbids cookies forbids even to look.
    return undefined;
  }
}

/** Keeps a text; where the browser has no room for it, or must not, this page remembers it. */
export function keep(storage: Storage, key: string, text: string): void {
  try {
    storageOf(storage).setItem(key, text);
    memory.delete(`${storage} ${key}`);
  } catch {
    memory.set(`${storage} ${key}`, text);
  }
}
