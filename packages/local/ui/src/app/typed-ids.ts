/** What services answer with as `x-request-id`: hexadecimal, a UUID or the like, of which a word of prose has no digit. */
const REQUEST_ID = /^(?=.*\d)[\w-]{12,64}$/;
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/;

/** What a text may be the id of, the likelier first. */
export type TypedId = { readonly kind: 'trace' | 'request'; readonly id: string };

/**
 * The ids that a text may be: that of a trace has 32 digits, also within a `traceparent`, or less, as Tempo leaves out zeros in
 * front and Zipkin has 16 digits; then it may be that of a request as well.
 */
export function typedIds(text: string): readonly TypedId[] {
  const word = text.trim();
  const lower = word.toLowerCase();
  const whole = TRACEPARENT.exec(lower)?.[1] ?? (/^[\da-f]{32}$/.test(lower) ? lower : undefined);
  if (whole !== undefined) return [{ kind: 'trace', id: whole }];
  const trace: TypedId = { kind: 'trace', id: lower };
  const request: TypedId = { kind: 'request', id: word };
  if (/^[\da-f]{28,31}$/.test(lower)) return [trace, request];
  if (!REQUEST_ID.test(word)) return [];
  return /^[\da-f]{16,27}$/.test(lower) ? [request, trace] : [request];
}
