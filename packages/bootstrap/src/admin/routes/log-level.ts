import { paths } from '@sightline/conventions';
import { SightlineError, parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { badRequest, json, text } from '../answers.ts';
import type { AdminRequest, AdminResponse, AdminRoute } from '../route.ts';

/** The part of the logger that is used. */
export interface LevelLogger {
  readonly levels: { readonly values: Readonly<Record<string, number>> };
  setLevel(level: string, change?: { module?: string; ttlMs?: number }): () => void;
  levelsInForce(): Readonly<Record<string, string>>;
}

/** Long enough to look at an incident. */
const DEFAULT_TTL_SECONDS = 15 * 60;
/** Debug lines that stay on for longer belong into `LOG_LEVEL`. */
const MAX_TTL_SECONDS = 24 * 3600;
/** More modules than a service has. */
const MAX_CHANGES = 32;

interface Change {
  readonly level: string;
  readonly module?: string | undefined;
}

/**
 * `/loglevel`: GET answers the levels in force; PUT changes them for a while.
 *
 * PUT takes `{"level": "debug", "module": "db", "ttl": 600}`, the same as a query, or the text that `LOG_LEVEL` takes,
 * such as `info,db=debug`, with `?ttl=600`. The time is in seconds, 15 minutes unless it is given, a day at most. Nothing
 * is changed when anything is wrong.
 */
export function logLevelRoute(logger: LevelLogger, now: () => number = Date.now): AdminRoute {
  const names = [...Object.keys(logger.levels.values), 'silent'];
  const moduleName = z
    .string()
    .regex(/^[^\s;,=]{1,100}$/, 'the name of a module, without blanks, commas and `=`');
  const schema = z.strictObject({
    level: z.preprocess(spelled, z.enum(names as [string, ...string[]])),
    module: moduleName.optional(),
    ttl: z.number().min(1).max(MAX_TTL_SECONDS).default(DEFAULT_TTL_SECONDS),
  });
  const textSchema = z.strictObject({
    changes: z
      .array(schema.pick({ level: true, module: true }))
      .min(1)
      .max(MAX_CHANGES),
    ttl: schema.shape.ttl,
  });

  /** pino's own levels go in any case. */
  function spelled(level: unknown): unknown {
    return typeof level === 'string' && !names.includes(level) ? level.toLowerCase() : level;
  }

  function read({ headers }: AdminRequest): AdminResponse {
    const levels = logger.levelsInForce();
    if (!/^text\/plain\b/.test(headers['accept'] ?? '')) return json(200, { levels, known: names });
    return text(200, levelsAsText(levels));
  }

  function change(request: AdminRequest): AdminResponse {
    const { changes, ttl } = parseRequest(request);
    const until = new Date(now() + ttl * 1000).toISOString();
    for (const { level, module } of changes) {
      logger.setLevel(level, { ttlMs: ttl * 1000, ...(module !== undefined && { module }) });
    }
    const levels = logger.levelsInForce();
    return /^text\/plain\b/.test(request.headers['accept'] ?? '')
      ? text(200, `${levelsAsText(levels)}\nuntil ${until}`)
      : json(200, { changed: changes, until, levels });
  }

  /** @throws {SightlineError} `SIGHTLINE_OPTIONS` with everything that is wrong */
  function parseRequest({ body, query }: AdminRequest): { changes: readonly Change[]; ttl: number } {
    const content = body.trim();
    const fromQuery = withNumber(Object.fromEntries(query));
    if (content !== '' && !content.startsWith('{') && !isForm(content)) {
      const changes = content.split(',').map((part) => {
        const [before = '', after] = part.split('=', 2).map((each) => each.trim());
        return after === undefined ? { level: before } : { module: before, level: after };
      });
      return parseOptions('PUT /loglevel', textSchema, { changes, ...fromQuery });
    }
    const fromBody = content.startsWith('{') ? parseJson(content) : withNumber(formOf(content));
    const { ttl, ...rest } = parseOptions('PUT /loglevel', schema, { ...fromQuery, ...fromBody });
    return { changes: [rest], ttl };
  }

  return {
    path: paths.logLevel.path,
    methods: ['GET', 'PUT'],
    access: 'guarded',
    help: 'The log levels in force; PUT level, module and ttl in seconds changes one for a while.',
    handle(request) {
      if (request.method !== 'PUT') return read(request);
      try {
        return change(request);
      } catch (error) {
        if (error instanceof SightlineError) return badRequest(error);
        throw error;
      }
    },
  };
}

/** The form of `LOG_LEVEL`. */
function levelsAsText(levels: Readonly<Record<string, string>>): string {
  return Object.entries(levels)
    .map(([module, level]) => (module === '' ? level : `${module}=${level}`))
    .join(',');
}

/** `level=debug&ttl=60`; `db=debug` alone is the form of `LOG_LEVEL`. */
function isForm(content: string): boolean {
  return /^(?:level|module|ttl)=/.test(content);
}

function formOf(content: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(content));
}

/** A query and a form have text only. */
function withNumber(given: Readonly<Record<string, string>>): Record<string, unknown> {
  const { ttl, ...rest } = given;
  return { ...rest, ...(ttl !== undefined && { ttl: /^\d+(?:\.\d+)?$/.test(ttl) ? Number(ttl) : ttl }) };
}

function parseJson(content: string): Record<string, unknown> {
  try {
    return JSON.parse(content) as Record<string, unknown>;
  } catch {
    throw new SightlineError('SIGHTLINE_OPTIONS', {
      problem: 'PUT /loglevel: the body is no JSON',
      expected: '{"level": "debug", "module": "db", "ttl": 600}',
      fix: 'correct it, or send a query or plain text such as db=debug',
    });
  }
}
