/** What Node.js keeps on an object of its own under a symbol that it does not export; undefined where there is no such thing. */
export function keptBy(holder: object, description: string): unknown {
  const key = Object.getOwnPropertySymbols(holder).find((each) => each.description === description);
  return key === undefined ? undefined : Reflect.get(holder, key);
}
