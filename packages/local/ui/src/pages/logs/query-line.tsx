import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { logLabelNames, logLabelValues } from '../../api/loki.ts';
import { timeRange } from '../../state/time-range.ts';
import { type Suggestion, applySuggestion, suggestionsFor, wantedAt } from './complete-query.ts';

interface QueryLineProps {
  readonly query: string;
  onQuery(query: string): void;
}

/** A line of LogQL with suggestions: labels, their values, stages. Enter asks it, or takes what is chosen. */
export function QueryLine({ query, onQuery }: QueryLineProps) {
  const [text, setText] = useState(query);
  const [open, setOpen] = useState(false);
  const [suggestions, setSuggestions] = useState<readonly Suggestion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const asked = useRef(0);
  const id = useId();
  useEffect(() => setText(query), [query]);

  async function suggest(value: string): Promise<void> {
    const at = input.current?.selectionStart ?? value.length;
    const wanted = wantedAt(value, at);
    const number = ++asked.current;
    const range = timeRange.peek();
    const known =
      wanted?.what === 'label'
        ? await logLabelNames(range).catch(() => [])
        : wanted?.what === 'value'
          ? await logLabelValues(wanted.label, range).catch(() => [])
          : [];
    if (number !== asked.current) return;
    const found = suggestionsFor(wanted, known, value);
    setSuggestions(found);
    setChosen(-1);
    setOpen(found.length > 0);
  }

  function take(suggestion: Suggestion): void {
    const at = input.current?.selectionStart ?? text.length;
    const wanted = wantedAt(text, at);
    if (wanted === undefined) return;
    const done = applySuggestion(text, at, wanted, suggestion);
    setText(done.query);
    // Once the text stands there, the cursor goes to its place and the next list opens.
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(done.at, done.at);
      void suggest(done.query);
    });
  }

  function submit(): void {
    asked.current++;
    setOpen(false);
    onQuery(text.trim());
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      if (!open) void suggest(text);
      else {
        const step = key === 'ArrowDown' ? 1 : -1;
        setChosen(
          (before) =>
            (before + step + suggestions.length + (before < 0 && step < 0 ? 1 : 0)) % suggestions.length,
        );
      }
    } else if (key === 'Enter') {
      event.preventDefault();
      const suggestion = open ? suggestions[chosen] : undefined;
      if (suggestion === undefined) submit();
      else take(suggestion);
    } else if (key === 'Tab' && open && chosen >= 0) {
      const suggestion = suggestions[chosen];
      if (suggestion === undefined) return;
      event.preventDefault();
      take(suggestion);
    } else if (key === 'Escape' && open) {
      event.stopPropagation();
      setOpen(false);
    }
  }

  return (
    <form
      class="query-line no-print"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="query-line-input">
        <input
          ref={input}
          id={`${id}-input`}
          class="mono"
          aria-label="Query of log lines, in LogQL"
          role="combobox"
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && chosen >= 0 ? `${id}-${chosen}` : undefined}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={'{service_name="…"} |= "text"'}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            void suggest(currentTarget.value);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setOpen(false)}
        />
        <ul
          id={`${id}-list`}
          class="query-line-list card"
          role="listbox"
          aria-label="Suggestions"
          hidden={!open}
        >
          {open &&
            suggestions.map((suggestion, index) => (
              <li
                key={suggestion.name}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === chosen}
                ref={(element) => {
                  if (index === chosen) element?.scrollIntoView({ block: 'nearest' });
                }}
                // Before the input loses the focus, which closes the list.
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(suggestion);
                }}
              >
                <code>{suggestion.name}</code>
                {suggestion.help !== undefined && <span class="muted">{suggestion.help}</span>}
              </li>
            ))}
        </ul>
      </div>
      <button class="primary" type="submit">
        Ask
      </button>
    </form>
  );
}
