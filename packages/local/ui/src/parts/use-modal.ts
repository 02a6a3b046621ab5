import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** For a dialog that is open, above everything else, as long as it is there. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return dialog;
}
