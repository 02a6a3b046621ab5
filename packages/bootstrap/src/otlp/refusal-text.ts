import { isWebPage } from './web-page.ts';
import { wireFields } from './wire-fields.ts';

/** `message` of `google.rpc.Status`. */
const STATUS_MESSAGE = 2;

/**
 * Why a collector says that it does not take a request: the message of a status as protobuf or JSON, or plain text. Not cleaned yet,
 * and not cut, as half of a secret would not be found.
 *
 * Source: https://opentelemetry.io/docs/specs/otlp/#failures-1
 *
 * @returns empty where it says nothing that a person can read
 */
export function refusalText(contentType: string | undefined, body: Buffer): string {
  if (body.length === 0 || isWebPage(contentType)) return '';
  try {
    return textOf(contentType ?? '', body).trim();
  } catch {
    return '';
  }
}

function textOf(contentType: string, body: Buffer): string {
  if (/^text\//i.test(contentType)) return body.toString('utf8');
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) return fromJson(body);
  if (!/^application\/x-protobuf\b/i.test(contentType)) return '';
  let message = '';
  for (const { number, bytes } of wireFields(body)) {
    if (number === STATUS_MESSAGE && bytes !== undefined) message = bytes.toString('utf8');
  }
  return message;
}

/** As the Collector, Prometheus and most gateways say it. */
function fromJson(body: Buffer): string {
  const said = JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>> | null;
  const error = said?.['error'];
  const nested = typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : error;
  return [said?.['message'], nested].find((each) => typeof each === 'string') ?? '';
}
