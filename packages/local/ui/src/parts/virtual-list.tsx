import './virtual-list.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { watchView } from './watch-view.ts';

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
  /** Rows can be chosen, by a click or the arrow keys; then they hold nothing else that can be reached by the keyboard. */
  readonly choice?: {
    readonly chosen: number | undefined;
    onChoose(index: number): void;
  };
  /** Told whenever somebody scrolls, or the box gets another size. */
  readonly onView?: (view: { readonly atStart: boolean; readonly atEnd: boolean }) => void;
}

const OVERSCAN_ROWS = 12;

/** A list of any length that draws only the rows in sight. It scrolls in its own box, which the page sizes. */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { items, rowHeight, label, keyOf, row, stickTo, className = '', choice, onView } = props;
  const id = useId();
  const viewed = useRef(onView);
  viewed.current = onView;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const atEnd = useRef(true);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    return watchView(element, () => {
      setView({ top: element.scrollTop, height: element.clientHeight });
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight;
      viewed.current?.({ atStart: element.scrollTop < rowHeight, atEnd: atEnd.current });
    });
  }, [rowHeight]);

  useEffect(() => {
    if (stickTo === 'end' && atEnd.current && box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [items, stickTo]);

  const chosen = choice?.chosen;
  useEffect(() => {
    const element = box.current;
    if (element === null || chosen === undefined) return;
    const top = chosen * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [chosen, rowHeight]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (choice === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const from = chosen ?? (event.key.endsWith('Up') ? 0 : -1);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, PageDown: from + page, PageUp: from - page }[
      event.key
    ];
    const wanted = event.key === 'Home' ? 0 : event.key === 'End' ? items.length - 1 : to;
    if (wanted === undefined || items.length === 0) return;
    event.preventDefault();
    choice.onChoose(Math.min(items.length - 1, Math.max(0, wanted)));
  };

  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN_ROWS);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN_ROWS);
  return (
    // A box that scrolls has to be reachable by the keyboard.
    <div
      ref={box}
      class={`virtual-list ${className}`}
      role={choice === undefined ? 'list' : 'listbox'}
      aria-label={label}
      aria-activedescendant={
        chosen !== undefined && chosen >= first && chosen < last ? `${id}-${chosen}` : undefined
      }
      tabIndex={0}
      onKeyDown={choice && onKeyDown}
    >
      <div class="virtual-list-all" style={{ height: `${items.length * rowHeight}px` }} role="presentation">
        <div style={{ transform: `translateY(${first * rowHeight}px)` }} role="presentation">
          {items.slice(first, last).map((item, index) => (
            <div
              key={keyOf(item, first + index)}
              class="virtual-list-row"
              role={choice === undefined ? 'listitem' : 'option'}
              {...(choice !== undefined && {
                id: `${id}-${first + index}`,
                'aria-selected': first + index === chosen,
                onClick: () => choice.onChoose(first + index),
              })}
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
