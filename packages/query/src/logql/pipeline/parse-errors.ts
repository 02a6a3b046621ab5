/** What `__error__` holds, by what went wrong. */
export const parserErrors = {
  json: 'JSONParserErr',
  logfmt: 'LogfmtParserErr',
  sample: 'SampleExtractionErr',
  labelFilter: 'LabelFilterErr',
  template: 'TemplateFormatErr',
} as const;

/** Loki puts a space where a text is no UTF-8. */
export function withoutReplacement(text: string): string {
  return text.includes('\ufffd') ? text.replaceAll('\ufffd', ' ') : text;
}
