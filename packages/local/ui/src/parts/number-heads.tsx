const names = ['Requests', 'Errors', 'p50', 'p99'] as const;

/** The heads of the four numbers of whatever answers requests, in the same words wherever they stand. */
export function NumberHeads() {
  return (
    <>
      {names.map((name) => (
        <th key={name} scope="col" class="number">
          {name}
        </th>
      ))}
    </>
  );
}
