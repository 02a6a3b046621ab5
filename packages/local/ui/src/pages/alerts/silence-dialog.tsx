import { useState } from 'preact/hooks';
import { type Matcher, createSilence } from '../../api/alertmanager.ts';
import { Problem } from '../../parts/problem.tsx';
import { keep, recall } from '../../state/browser-storage.ts';
import { refreshed } from '../../state/time-range.ts';
import type { CurrentAlert } from './current-alerts.ts';
import { useModal } from '../../parts/use-modal.ts';

const DURATIONS_MINUTES = { '30 minutes': 30, '1 hour': 60, '4 hours': 240, '1 day': 1440, '1 week': 10_080 };
const NAME_KEY = 'sightline-silenced-by';
/** Of an instance and a moment: a silence that names them ends with the process. */
const TOO_NARROW = new Set(['instance', 'pod', 'container']);

interface SilenceDialogProps {
  readonly alert: CurrentAlert;
  readonly onClose: () => void;
}

/** Asks for how long nobody is to be told of alerts with these labels, who says so, and why. */
export function SilenceDialog({ alert, onClose }: SilenceDialogProps) {
  const dialog = useModal();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(Object.keys(alert.labels).filter((name) => !TOO_NARROW.has(name))),
  );
  const [error, setError] = useState<Error | undefined>();
  const [busy, setBusy] = useState(false);

  function toggle(name: string): void {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  }

  async function save(form: HTMLFormElement): Promise<void> {
    const data = new FormData(form);
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    const createdBy = text('createdBy');
    keep('local', NAME_KEY, createdBy);
    const nowMs = Date.now();
    const matchers = Object.entries(alert.labels)
      .filter(([name]) => chosen.has(name))
      .map(([name, value]): Matcher => ({ name, value, isRegex: false, isEqual: true }));
    await createSilence({
      matchers,
      startsAt: new Date(nowMs).toISOString(),
      endsAt: new Date(nowMs + Number(text('minutes')) * 60_000).toISOString(),
      createdBy,
      comment: text('comment'),
    });
    refreshed.value++;
    onClose();
  }

  return (
    <dialog ref={dialog} aria-labelledby="silence-title" onClose={onClose}>
      <form
        class="stack alerts-form"
        onSubmit={(event) => {
          event.preventDefault();
          setBusy(true);
          save(event.currentTarget).catch((problem: unknown) => {
            setBusy(false);
            setError(problem instanceof Error ? problem : new Error(String(problem)));
          });
        }}
      >
        <h2 id="silence-title">Tell nobody of {alert.name}</h2>
        <p class="muted">
          Alerts with all of these labels still fire and are shown here, but no receiver hears of them.
        </p>
        <fieldset class="alerts-matchers">
          <legend>Labels</legend>
          {Object.entries(alert.labels).map(([name, value]) => (
            <label key={name} class="row">
              <input type="checkbox" checked={chosen.has(name)} onChange={() => toggle(name)} />
              <code>
                {name}="{value}"
              </code>
            </label>
          ))}
        </fieldset>
        <label class="stack">
          For how long
          <select name="minutes">
            {Object.entries(DURATIONS_MINUTES).map(([text, minutes]) => (
              <option key={text} value={minutes}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label class="stack">
          Your name
          <input name="createdBy" required defaultValue={recall('local', NAME_KEY) ?? ''} />
        </label>
        <label class="stack">
          Why
          <input name="comment" required placeholder="planned work on the payment provider" />
        </label>
        {error !== undefined && <Problem what="The silence was not made" error={error} />}
        <div class="row">
          <button class="primary" type="submit" disabled={busy || chosen.size === 0}>
            Silence
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
