/** A key of the whole app, as the help and the palette show it. */
export interface Shortcut {
  /** `r`, `?`, or two after each other: `g l`. */
  readonly keys: string;
  readonly what: string;
  run(): unknown;
}

const shortcuts = new Map<string, Shortcut>();
const CHORD_MS = 1200;

/** Adds a key; returns what takes it away again. */
export function addShortcut(shortcut: Shortcut): () => void {
  shortcuts.set(shortcut.keys, shortcut);
  return () => {
    if (shortcuts.get(shortcut.keys) === shortcut) shortcuts.delete(shortcut.keys);
  };
}

export function allShortcuts(): readonly Shortcut[] {
  return [...shortcuts.values()];
}

/** Text is being written, so a letter is a letter. */
function isWriting(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** Listens for keys, unless somebody writes, or a dialog is open. */
export function listenForShortcuts(): void {
  let first: string | undefined;
  let forget: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.composedPath()[0])) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const found =
      (first === undefined ? undefined : shortcuts.get(`${first} ${event.key}`)) ?? shortcuts.get(event.key);
    clearTimeout(forget);
    first = found === undefined ? event.key : undefined;
    forget = setTimeout(() => (first = undefined), CHORD_MS);
    if (found === undefined) return;
    event.preventDefault();
    found.run();
  });
}
