import { useEffect, useRef, useState } from 'preact/hooks';
import { href } from '../../state/location.ts';
import { Menu } from '../../parts/menu.tsx';
import type { Editor } from './create-editor.ts';
import { keptHistory } from './query-history.ts';

interface QueryRowProps {
  readonly letter: string;
  readonly query: string;
  readonly isOnly: boolean;
  readonly onRun: (query: string) => void;
  readonly onRemove: () => void;
  readonly onFocus: (insert: (text: string) => void) => void;
}

/** One query in the editor, which is loaded when it is first needed; until then it is a plain text. */
export function QueryRow({ letter, query, isOnly, onRun, onRemove, onFocus }: QueryRowProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  const latest = useRef({ onRun, query });
  latest.current = { onRun, query };
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');

  useEffect(() => {
    let gone = false;
    void (async () => {
      try {
        const { createEditor } = await import('./create-editor.ts');
        if (gone || host.current === null) return;
        const parent = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
        editor.current = createEditor({
          parent,
          text: latest.current.query,
          label: `Query ${letter}`,
          onRun: (text) => latest.current.onRun(text),
          onBlur: (text) => {
            if (text !== latest.current.query) latest.current.onRun(text);
          },
        });
        setState('ready');
        onFocus((text) => editor.current?.insert(text));
      } catch {
        setState('failed');
      }
    })();
    return () => {
      gone = true;
      editor.current?.close();
      editor.current = undefined;
    };
  }, []);

  useEffect(() => editor.current?.setText(query), [query]);

  return (
    <div class="query-row" onFocusIn={() => onFocus((text) => editor.current?.insert(text))}>
      <span class="query-letter" aria-hidden="true">
        {letter}
      </span>
      <div class="query-editor" ref={host} aria-busy={state === 'loading'} />
      {state === 'failed' && (
        <input
          class="mono grow"
          aria-label={`Query ${letter}`}
          defaultValue={query}
          onChange={({ currentTarget }) => onRun(currentTarget.value)}
        />
      )}
      <button class="primary" onClick={() => onRun(editor.current?.text() ?? query)}>
        Run
      </button>
      <Menu label={`More about query ${letter}`} sign="⋯">
        {!isOnly && (
          <li>
            <button onClick={onRemove}>Remove</button>
          </li>
        )}
        <li>
          <a href={href('/alerts', { query })}>As an alert: rules that ask this</a>
        </li>
        {keptHistory()
          .filter((each) => each !== query)
          .slice(0, 15)
          .map((each) => (
            <li key={each}>
              <button class="mono" title={each} onClick={() => onRun(each)}>
                {each.length > 60 ? `${each.slice(0, 59)}…` : each}
              </button>
            </li>
          ))}
      </Menu>
    </div>
  );
}
