import './menu.css';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface MenuProps {
  /** What it is about, for those who do not see where it stands. */
  readonly label: string;
  /** What is shown of it while it is closed. */
  readonly sign: string;
  /** `li` elements. */
  readonly children: ComponentChildren;
}

const EDGE_PX = 8;

/** A list that opens below a small button, and closes with Escape, a choice, or a look elsewhere. */
export function Menu({ label, sign, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLUListElement>(null);

  useLayoutEffect(() => {
    const [from, shown] = [button.current, list.current];
    if (!open || from === null || shown === null) return undefined;
    // It stands over everything, since panels cut off what is outside of them.
    const { left, bottom, top } = from.getBoundingClientRect();
    const below = bottom + shown.offsetHeight + EDGE_PX <= window.innerHeight;
    shown.style.left = `${Math.max(EDGE_PX, Math.min(left, window.innerWidth - shown.offsetWidth - EDGE_PX))}px`;
    shown.style.top = `${below ? bottom + 2 : Math.max(EDGE_PX, top - shown.offsetHeight - 2)}px`;
    const close = (event: Event): void => {
      if (!shown.contains(event.target as Node) && !from.contains(event.target as Node)) setOpen(false);
    };
    // A scroll that ended when it was opened is told afterwards; it moves nothing.
    const closeWhenMoved = (event: Event): void => {
      const now = from.getBoundingClientRect();
      if (now.top !== top || now.left !== left) close(event);
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('scroll', closeWhenMoved, true);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('scroll', closeWhenMoved, true);
    };
  }, [open]);

  return (
    <span
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget instanceof Node && !event.currentTarget.contains(event.relatedTarget))
          setOpen(false);
      }}
    >
      <button
        ref={button}
        class="plain menu-button no-print"
        aria-label={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {sign}
      </button>
      {open && (
        <ul ref={list} class="menu-list" onClick={() => setOpen(false)}>
          {children}
        </ul>
      )}
    </span>
  );
}
