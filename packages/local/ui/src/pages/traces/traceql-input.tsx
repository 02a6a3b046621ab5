import { useEffect, useRef, useState } from 'preact/hooks';
import { traceTagValues, traceTags } from '../../api/tempo.ts';
import { timeRange } from '../../state/time-range.ts';
import {
  type Completion,
  type Option,
  acceptOption,
  attributeOptions,
  completionAt,
  jointOptions,
  matchingOptions,
  operatorOptions,
  valueOption,
} from './traceql-completion.ts';

interface TraceqlInputProps {
  readonly value: string;
  onInput(query: string): void;
  onRun(query: string): void;
}

const MOST_OPTIONS = 40;
const LIST_ID = 'traceql-options';

/**
 * One line of TraceQL that knows the attributes and values of the traces that are kept.
 *
 * Source: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ (list autocomplete with manual selection)
 */
export function TraceqlInput({ value, onInput, onRun }: TraceqlInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [options, setOptions] = useState<readonly Option[]>([]);
  const [active, setActive] = useState(-1);
  const asked = useRef<AbortController | undefined>(undefined);
  const completion = useRef<Completion>(undefined);
  const cursor = useRef<number | undefined>(undefined);
  const isOpen = options.length > 0;

  useEffect(() => () => asked.current?.abort(), []);
  useEffect(() => {
    if (cursor.current === undefined) return;
    input.current?.setSelectionRange(cursor.current, cursor.current);
    cursor.current = undefined;
    // What comes after an attribute or an operator is offered at once.
    suggest();
  }, [value]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  function close(): void {
    asked.current?.abort();
    setOptions([]);
    setActive(-1);
  }

  function suggest(): void {
    const element = input.current;
    if (element === null) return;
    const here = completionAt(element.value, element.selectionStart ?? element.value.length);
    completion.current = here;
    close();
    if (here === undefined) return;
    const controller = new AbortController();
    asked.current = controller;
    optionsFor(here, controller.signal).then(
      (all) => {
        const found = matchingOptions(all, here.typed, MOST_OPTIONS);
        // What is written in full needs no list.
        const isWritten = found.length === 1 && found[0]?.text === here.typed;
        if (!controller.signal.aborted) setOptions(isWritten ? [] : found);
        return found;
      },
      // A query can be written without help; the search itself says what is wrong with the server.
      () => undefined,
    );
  }

  function accept(option: Option): void {
    const here = completion.current;
    const element = input.current;
    if (here === undefined || element === null) return;
    const next = acceptOption(element.value, here, option);
    close();
    cursor.current = next.cursor;
    onInput(next.query);
    element.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const option = options[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) suggest();
      else {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setActive((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
      }
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (option !== undefined) accept(option);
      else {
        close();
        onRun(input.current?.value ?? '');
      }
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      close();
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      suggest();
    }
  }

  return (
    <div class="traceql grow">
      <input
        ref={input}
        class="mono"
        type="text"
        role="combobox"
        aria-label="TraceQL"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={LIST_ID}
        aria-activedescendant={isOpen && active >= 0 ? `traceql-option-${active}` : undefined}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder='{ resource.service.name = "orders" && status = error }'
        value={value}
        onInput={({ currentTarget }) => {
          onInput(currentTarget.value);
          suggest();
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <ul
        ref={list}
        id={LIST_ID}
        role="listbox"
        aria-label="What can stand here"
        class="traceql-options card"
        hidden={!isOpen}
      >
        {options.map((option, index) => (
          <li
            key={option.text}
            id={`traceql-option-${index}`}
            role="option"
            aria-selected={index === active}
            // The field keeps the focus.
            onMouseDown={(event) => {
              event.preventDefault();
              accept(option);
            }}
          >
            <span class="mono">{option.text}</span> <span class="muted">{option.about}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Names and values are asked for once in a while, not at every letter. */
const KEPT_MS = 15_000;
const kept = new Map<string, { readonly atMs: number; readonly options: readonly Option[] }>();
const MOST_KEPT = 50;

async function optionsFor(here: NonNullable<Completion>, signal: AbortSignal): Promise<readonly Option[]> {
  if (here.kind === 'operator') return operatorOptions;
  if (here.kind === 'joint') return jointOptions;
  const key = here.kind === 'value' ? here.attribute : '';
  const known = kept.get(key);
  if (known !== undefined && Date.now() - known.atMs < KEPT_MS) return known.options;
  const moments = timeRange.peek();
  const options =
    here.kind === 'value'
      ? (await traceTagValues(here.attribute, moments, signal)).map(valueOption)
      : attributeOptions(await traceTags(moments, signal));
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, { atMs: Date.now(), options });
  return options;
}
