/**
 * Whether an answer is a page for people: a web site at the address, or a proxy that wants a login. No collector answers
 * so, and whatever its status says, nothing was stored.
 */
export function isWebPage(contentType: string | undefined): boolean {
  return /^text\/html\b/i.test(contentType ?? '');
}
