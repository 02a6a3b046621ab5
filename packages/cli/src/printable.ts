/** What came from elsewhere, without what would move the cursor of a terminal or colour it. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- that is what is looked for
  return text.replaceAll(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g, '?');
}
