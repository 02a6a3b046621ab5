import './problem.css';

/** What went wrong, in the server's own words, beside what was tried. */
export function Problem({ what, error }: { readonly what: string; readonly error: Error }) {
  return (
    <div class="problem" role="alert">
      <strong>{what}</strong>
      <pre>{error.message}</pre>
    </div>
  );
}
