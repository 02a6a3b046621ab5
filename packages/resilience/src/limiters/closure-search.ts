/** As far as it is used of the inspector. */
interface InspectorSession {
  connect(): void;
  disconnect(): void;
  on(
    event: 'Runtime.executionContextCreated',
    listener: (message: { readonly params: { readonly context: { readonly id: number } } }) => void,
  ): unknown;
  post(
    method: string,
    parameters: object,
    callback: (error: Error | null, result: Record<string, unknown>) => void,
  ): void;
}

interface RemoteProperty {
  readonly name: string;
  readonly value?: { readonly type: string; readonly objectId?: string; readonly description?: string };
}

/** How deep functions are looked into: the one that is given, and one that it calls. */
const MAX_DEPTH = 2;
/** Most variables that are looked at. */
const MAX_VARIABLES = 200;
const HANDOVER = Symbol.for('sightline.closure-search');

/**
 * Finds an object among the variables that a function closes over, as a debugger does; no port is opened.
 *
 * @param accepts whether it is the one, by its shape
 * @returns undefined when there is none, or when this Node.js has no inspector or may not use it
 */
export function findInClosure<Found extends object>(
  closure: (...args: never[]) => unknown,
  accepts: (value: unknown) => value is Found,
): Found | undefined {
  const session = openSession();
  if (session === undefined) return undefined;
  let found: Found | undefined;
  const handover = {
    closure,
    offer(value: unknown): boolean {
      if (found === undefined && accepts(value)) found = value;
      return found !== undefined;
    },
  };
  try {
    session.connect();
    Object.defineProperty(globalThis, HANDOVER, { value: handover, configurable: true });
    search(session);
  } catch {
    // Without permission, or with a global object that is frozen.
  } finally {
    Reflect.deleteProperty(globalThis, HANDOVER);
    session.disconnect();
  }
  return found;
}

function openSession(): InspectorSession | undefined {
  try {
    const inspector = process.getBuiltinModule('node:inspector') as { Session: new () => InspectorSession };
    return new inspector.Session();
  } catch {
    return undefined;
  }
}

function search(session: InspectorSession): void {
  const name = `globalThis[Symbol.for(${JSON.stringify(Symbol.keyFor(HANDOVER))})]`;
  let left = MAX_VARIABLES;
  let level = [rootOf(session, `${name}?.closure`)];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const functions: string[] = [];
    for (const { type, objectId } of level.flatMap((id) => variablesOf(session, id))) {
      if (objectId === undefined || left-- <= 0) continue;
      if (type === 'function') functions.push(objectId);
      else if (isAccepted(session, objectId, name)) return;
    }
    level = functions;
  }
}

/** It is in the global object of this context. That is the first one, but in tests that have one each, as in Jest. */
function rootOf(session: InspectorSession, expression: string): string | undefined {
  const inFirst = idOfFunction(post(session, 'Runtime.evaluate', { expression }));
  if (inFirst !== undefined) return inFirst;
  const contextIds: number[] = [];
  session.on('Runtime.executionContextCreated', ({ params }) => contextIds.push(params.context.id));
  post(session, 'Runtime.enable', {});
  for (const contextId of contextIds) {
    const found = idOfFunction(post(session, 'Runtime.evaluate', { expression, contextId }));
    if (found !== undefined) return found;
  }
  return undefined;
}

function idOfFunction({ result }: Record<string, unknown>): string | undefined {
  const { type, objectId } = (result ?? {}) as Partial<NonNullable<RemoteProperty['value']>>;
  return type === 'function' ? objectId : undefined;
}

function isAccepted(session: InspectorSession, objectId: string, name: string): boolean {
  const { result } = post(session, 'Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: `function () { return ${name}.offer(this); }`,
    returnByValue: true,
  });
  return (result as { value?: unknown } | undefined)?.value === true;
}

/** The variables of the functions around a function; not those of its module or of all. */
function variablesOf(
  session: InspectorSession,
  functionId: string | undefined,
): NonNullable<RemoteProperty['value']>[] {
  const scopes = properties(session, functionId, 'internalProperties').find(
    ({ name }) => name === '[[Scopes]]',
  );
  return properties(session, scopes?.value?.objectId, 'result')
    .filter(({ value }) => value?.description?.startsWith('Closure') === true)
    .flatMap(({ value }) => properties(session, value?.objectId, 'result'))
    .flatMap(({ value }) => value ?? []);
}

function properties(
  session: InspectorSession,
  objectId: string | undefined,
  which: 'result' | 'internalProperties',
): readonly RemoteProperty[] {
  if (objectId === undefined) return [];
  const found = post(session, 'Runtime.getProperties', { objectId, ownProperties: true })[which];
  return (found as readonly RemoteProperty[] | undefined) ?? [];
}

/** A session of the same thread answers at once. */
function post(session: InspectorSession, method: string, parameters: object): Record<string, unknown> {
  let answer: Record<string, unknown> = {};
  session.post(method, parameters, (error, result) => {
    if (error === null) answer = result;
  });
  return answer;
}
