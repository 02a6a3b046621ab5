import { signal } from '@preact/signals';
import { allShortcuts } from './shortcuts.ts';
import { useModal } from '../parts/use-modal.ts';

export const helpOpen = signal(false);

/** The keys, those of the page that is open among them. */
export function HelpDialog() {
  return helpOpen.value ? <OpenHelp /> : null;
}

function OpenHelp() {
  const dialog = useModal();
  return (
    <dialog
      ref={dialog}
      aria-labelledby="help-title"
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <div class="stack">
        <h2 id="help-title">Keys</h2>
        <table>
          <tbody>
            {allShortcuts().map(({ keys, what }) => (
              <tr key={keys}>
                <td>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </td>
                <td>{what}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <button onClick={() => dialog.current?.close()}>Close</button>
      </div>
    </dialog>
  );
}
