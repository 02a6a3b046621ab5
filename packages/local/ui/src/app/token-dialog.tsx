import { useEffect, useRef } from 'preact/hooks';
import { isToken, tokenWanted, useToken } from '../api/request.ts';
import { refreshed } from '../state/time-range.ts';

/** Asks for the token of a stack that listens on more than this machine. */
export function TokenDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const wanted = tokenWanted.value;
  useEffect(() => {
    if (wanted) dialog.current?.showModal();
    else dialog.current?.close();
  }, [wanted]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="token-title"
      onClose={() => {
        // Whoever closes it without one is asked again with the next answer that wants it.
        tokenWanted.value = false;
      }}
    >
      <form
        class="stack"
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          const token = input.current?.value.trim() ?? '';
          if (!isToken(token)) {
            input.current?.setCustomValidity('A token has no spaces, and no letters such as … or é.');
            input.current?.reportValidity();
            return;
          }
          useToken(token);
          refreshed.value++;
        }}
      >
        <h2 id="token-title">This stack wants a token</h2>
        <p class="muted">It was started with one, because it listens on more than this machine.</p>
        <label class="stack">
          Token
          <input
            ref={input}
            type="password"
            autocomplete="off"
            required
            onInput={({ currentTarget }) => currentTarget.setCustomValidity('')}
          />
        </label>
        <button class="primary" type="submit">
          Continue
        </button>
      </form>
    </dialog>
  );
}
