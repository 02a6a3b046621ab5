import './virtual-list.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface VirtualListProps<Item> {
  readonly items: readonly Item[];
  /** Of every row, the same [CSS px]. */
  readonly rowHeight: number;
  readonly label: string;
  readonly keyOf: (item: Item, index: number) => string;
  readonly row: (item: Item, index: number) => ComponentChildren;
  /** Follows the end (`end`) or the beginning while somebody is there, as a live list does. */
  readonly stickTo?: 'start' | 'end';
  readonly className?: string;
}

const OVERSCAN_ROWS = 12;

/** A list of any length that draws only the rows in sight. It scrolls in its own box, which the page sizes. */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { items, rowHeight, label, keyOf, row, stickTo, className = '' } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const atEnd = useRef(true);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const read = (): void => {
      setView({ top: element.scrollTop, height: element.clientHeight });
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight;
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [rowHeight]);

  useEffect(() => {
    if (stickTo === 'end' && atEnd.current && box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [items, stickTo]);

  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN_ROWS);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN_ROWS);
  return (
    // A box that scrolls has to be reachable by the keyboard.
    <div ref={box} class={`virtual-list ${className}`} role="list" aria-label={label} tabIndex={0}>
      <div class="virtual-list-all" style={{ height: `${items.length * rowHeight}px` }} role="presentation">
        <div style={{ transform: `translateY(${first * rowHeight}px)` }} role="presentation">
          {items.slice(first, last).map((item, index) => (
            <div
              key={keyOf(item, first + index)}
              class="virtual-list-row"
              role="listitem"
              style={{ height: `${rowHeight}px` }}
              aria-posinset={first + index + 1}
              aria-setsize={items.length}
            >
              {row(item, first + index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
