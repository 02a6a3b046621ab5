/** A text with the places marked at which one of these stands. */
export function MarkedText({ text, marks }: { readonly text: string; readonly marks: readonly string[] }) {
  if (marks.length === 0) return <>{text}</>;
  return (
    <>
      {splitAt(text, marks).map(({ text: piece, marked }, index) =>
        marked ? <mark key={index}>{piece}</mark> : piece,
      )}
    </>
  );
}

interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

function splitAt(text: string, marks: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  while (from < text.length && pieces.length < 100) {
    let at = -1;
    let length = 0;
    for (const mark of marks) {
      const found = text.indexOf(mark, from);
      if (found >= 0 && (at < 0 || found < at)) [at, length] = [found, mark.length];
    }
    if (at < 0) break;
    if (at > from) pieces.push({ text: text.slice(from, at), marked: false });
    pieces.push({ text: text.slice(at, at + length), marked: true });
    from = at + length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), marked: false });
  return pieces;
}
