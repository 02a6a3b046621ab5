import './severity.css';

/** How bad: a word, with a colour beside it. */
export function Severity({ severity }: { readonly severity: string | undefined }) {
  const word = severity ?? 'none';
  return <span class={`severity severity-${/^[a-z]+$/.test(word) ? word : 'other'}`}>{word}</span>;
}
