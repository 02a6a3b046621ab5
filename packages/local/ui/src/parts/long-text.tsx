import { useState } from 'preact/hooks';
import { bytes } from './format.ts';
import { cutText, visibleText } from './visible-text.ts';

/** A text of telemetry with all its lines; a long one is cut until the rest is asked for. */
export function LongText({ text, maxLength = 4000 }: { readonly text: string; readonly maxLength?: number }) {
  const [all, setAll] = useState(false);
  const shown = cutText(text, all ? Infinity : maxLength);
  return (
    <>
      <bdi class="long-text">{visibleText(shown.text)}</bdi>
      {shown.cut && (
        <button class="plain" onClick={() => setAll(true)}>
          … show all ({bytes(new Blob([text]).size)})
        </button>
      )}
    </>
  );
}
