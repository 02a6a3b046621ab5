import { signal } from '@preact/signals';
import { keep, recall } from '../state/browser-storage.ts';
import { compareClocks } from './server-clock.ts';

/** What a server answered instead of data. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const TOKEN_KEY = 'sightline-token';

/** Whether a server wants a token that it has not been given: the shell asks for it. */
export const tokenWanted = signal(false);

/** Remembers the token for as long as this tab is open. */
export function useToken(token: string): void {
  keep('session', TOKEN_KEY, token);
  tokenWanted.value = false;
}

/** Whether a text can be one: a header takes no other letters. */
export function isToken(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

/** Whether a token goes with each request; with a WebSocket none can. */
export function hasToken(): boolean {
  return recall('session', TOKEN_KEY) !== undefined;
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

function address(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) params.append(name, String(each));
    }
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
}

interface AnswerOptions extends RequestOptions {
  /** Where the answer has a list: `data.groups`; '' where it is one itself. */
  readonly lists?: string;
  /** Where it has an object. */
  readonly has?: string;
}

/**
 * Asks a read API of this server.
 *
 * @throws {ApiError} with the server's own words, or why there was no answer
 */
export async function request(
  path: string,
  query: Query = {},
  options: RequestOptions = {},
): Promise<Response> {
  const { signal: abort, method = 'GET', body } = options;
  const token = recall('session', TOKEN_KEY);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  const askedMs = Date.now();
  try {
    response = await fetch(address(path, query), {
      method,
      headers,
      signal: abort ?? null,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (abort?.aborted === true) throw error;
    throw new ApiError(`${path} did not answer: is the stack still running?`, 0);
  }
  compareClocks(response.headers.get('date'), askedMs, Date.now());
  if (response.ok) return response;
  // What was asked with another one says nothing of the one that was given since.
  if (response.status === 401 && token === recall('session', TOKEN_KEY)) tokenWanted.value = true;
  throw new ApiError(await problemOf(response), response.status);
}

/** @throws {ApiError} as `request`, and for an answer that is no JSON, or has not what it should have */
export async function requestJson<Data>(
  path: string,
  query: Query = {},
  options: AnswerOptions = {},
): Promise<Data> {
  const { lists, has, ...how } = options;
  const response = await request(path, query, how);
  let answer: unknown;
  try {
    answer = await response.json();
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiError(`${path} answered something that is no JSON`, response.status);
  }
  const isAsExpected =
    typeof answer === 'object' &&
    answer !== null &&
    (lists === undefined || Array.isArray(partAt(answer, lists))) &&
    (has === undefined || isObject(partAt(answer, has)));
  if (isAsExpected) return answer as Data;
  throw new ApiError(`${path} answered JSON that is not what was expected`, response.status);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function partAt(answer: unknown, place: string): unknown {
  if (place === '') return answer;
  return place.split('.').reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), answer);
}

/** What was thrown, in words: whoever reads an answer of another shape stumbles over what is not there. */
export function problemFrom(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (!(thrown instanceof TypeError)) return thrown;
  return new Error(`The answer is not what was expected: ${thrown.message}`, { cause: thrown });
}

/** Prometheus and Alertmanager say it in JSON, Loki and Tempo in plain text. */
async function problemOf(response: Response): Promise<string> {
  const text = (await response.text()).trim();
  try {
    const said = JSON.parse(text) as string | { readonly error?: unknown; readonly message?: unknown };
    if (typeof said === 'string') return said;
    const { error, message } = said;
    if (typeof error === 'string') return error;
    if (typeof message === 'string') return message;
  } catch {
    // Plain text then.
  }
  return text === '' ? `the server answered ${response.status}` : text.slice(0, 2000);
}
