/** The heads of the four numbers of whatever answers requests, in the same words wherever they stand. */
export function NumberHeads() {
  return (
    <>
      <th scope="col" class="number">
        Requests
      </th>
      <th scope="col" class="number">
        Errors
      </th>
      <th scope="col" class="number">
        p50
      </th>
      <th scope="col" class="number">
        p99
      </th>
    </>
  );
}
