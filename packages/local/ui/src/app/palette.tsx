import './palette.css';
import { useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { activeAlerts } from '../api/prometheus.ts';
import { dashboards } from '../api/stack.ts';
import { quoted } from '../parts/quote.ts';
import { href, navigate } from '../state/location.ts';
import { timeRange } from '../state/time-range.ts';
import { useQuery } from '../state/use-query.ts';
import { pages } from './pages.ts';
import { serviceNames } from './service-names.ts';
import { type Command, rankCommands } from './rank-commands.ts';
import { toggleTheme } from './theme.ts';
import { type TypedId, typedIds } from './typed-ids.ts';
import { useModal } from '../parts/use-modal.ts';

/** Whether it is open. */
export const paletteOpen = signal(false);

const MAX_SHOWN = 12;

/** Goes anywhere by typing: pages, services, dashboards, alerts that fire, a trace by its id, a text in the logs. */
export function Palette() {
  return paletteOpen.value ? <OpenPalette /> : null;
}

function OpenPalette() {
  const dialog = useModal();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { startMs, endMs } = timeRange.peek();
  const services = useQuery('palette services', (abort) => serviceNames({ startMs, endMs }, abort));
  const boards = useQuery('palette dashboards', dashboards);
  const alerts = useQuery('palette alerts', activeAlerts);

  const commands: readonly Command[] = [
    ...pages.flatMap(({ name, path }): Command[] =>
      name === undefined ? [] : [{ kind: 'page', name, run: go(href(`/${path}`)) }],
    ),
    ...(services.data ?? []).map((name) => ({
      kind: 'service',
      name,
      run: go(href(`/service/${encodeURIComponent(name)}`)),
    })),
    ...(boards.data ?? []).map(({ uid, title }) => ({
      kind: 'dashboard',
      name: title,
      run: go(href(`/d/${encodeURIComponent(uid)}`)),
    })),
    ...[...new Set((alerts.data ?? []).map(({ labels }) => labels['alertname'] ?? ''))].map((name) => ({
      kind: 'alert',
      name,
      run: go(href('/alerts', { alert: name })),
    })),
    { kind: 'action', name: 'Dark or light', run: toggleTheme },
  ];
  const found = [
    ...typedIds(text).map(commandOf),
    ...rankCommands(commands, text).slice(0, MAX_SHOWN),
    ...searchOf(text),
  ];
  const chosen = Math.min(at, found.length - 1);

  function run(command: Command | undefined): void {
    if (command === undefined) return;
    close();
    command.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((chosen + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[chosen]);
    }
  }

  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Go to"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <input
        type="text"
        role="combobox"
        aria-label="Go to"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${chosen}` : undefined}
        placeholder="a page, service, dashboard, alert, trace id or request id, or a text to find in the logs"
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-list" role="listbox" aria-label="Where to">
        {found.map((command, index) => (
          // The keyboard chooses by way of the text field.
          <li
            key={`${command.kind} ${command.name}`}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            onMouseMove={() => setAt(index)}
            onClick={() => run(command)}
          >
            <span class="grow">{command.name}</span>
            <span class="muted">{command.kind}</span>
          </li>
        ))}
      </ul>
    </dialog>
  );
}

function close(): void {
  paletteOpen.value = false;
}

function go(to: string): () => void {
  return () => navigate(to);
}

/** The trace whose id was typed, or all lines of the request: its id is beside the lines, not in their text. */
function commandOf({ kind, id }: TypedId): Command {
  if (kind === 'trace') return { kind, name: id, run: go(href(`/trace/${id}`)) };
  const query = `{service_name=~".+"} | request_id=${quoted(id)}`;
  return { kind, name: `Lines of request ${id}`, run: go(href('/logs', { query })) };
}

/** The search for the text in all logs: the last of what can be meant. */
function searchOf(text: string): readonly Command[] {
  const wanted = text.trim();
  if (wanted.length < 3) return [];
  const query = `{service_name=~".+"} |= ${quoted(wanted)}`;
  return [{ kind: 'logs', name: `Find “${wanted}” in the logs`, run: go(href('/logs', { query })) }];
}
