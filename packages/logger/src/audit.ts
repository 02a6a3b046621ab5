import { types } from 'node:util';
import { SightlineError, parseOptions } from '@sightline/errors';
import * as z from 'zod';
import type { LineWriter } from './line.ts';
import { timeSym } from './pino-internals.ts';
import type { PinoInstance } from './pino-internals.ts';

/** The number of pino's `info`: what an audit line says of its level. */
const INFO = 30;

const partySchema = z.strictObject({
  /** What kind of thing it is: `user`, `service`, `invoice`. */
  type: z.string().min(1).max(100),
  /** Which one. */
  id: z.string().min(1).max(500),
  /** How people call it. */
  name: z.string().max(500).optional(),
});

export const auditRecordSchema = z.strictObject({
  /** Who did it. */
  actor: partySchema,
  /** What it was done to. */
  resource: partySchema,
  /** How it ended. */
  outcome: z.enum(['success', 'failure', 'denied']),
  /** What is different now, by field. */
  changes: z
    .record(z.string(), z.strictObject({ from: z.unknown().optional(), to: z.unknown().optional() }))
    .optional(),
  /** Why, in a person's words: the ticket, the request, the reason for a refusal. */
  reason: z.string().max(2000).optional(),
});

/** Who did what to what, and how it ended. Secrets in it are censored as everywhere. */
export type AuditRecord = z.input<typeof auditRecordSchema>;

const actionSchema = z.strictObject({
  action: z
    .string({ error: 'a dotted name such as `invoice.delete`' })
    .regex(/^[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)*$/),
});

/**
 * Writes that somebody did something: `{"audit":true,"action":…,"actor":…,"resource":…,"outcome":…}` with the logger's
 * bindings and trace ids. No level and no sampling holds it back.
 *
 * @throws {SightlineError} `SIGHTLINE_AUDIT` when the record does not fit and `SIGHTLINE_STRICT` is true; otherwise it is
 *   written with what it has and with `audit_problem`, and the process is warned once
 */
export type Audit = (action: string, record: AuditRecord) => void;

export interface AuditSetup {
  readonly lines: LineWriter;
  /** Where audit lines go; `lastLevel` is set, as pino sets it, where a stream asks for it. */
  readonly stream: { write(line: string): void; lastLevel?: number };
  readonly strict: boolean;
  readonly onProblem: (problem: SightlineError) => void;
}

/** @param root whose bindings are written when the method is called on its own */
export function createAudit(root: object, { lines, stream, strict, onProblem }: AuditSetup): Audit {
  let warned = false;

  return function audit(this: unknown, action, record) {
    const problem = auditProblem(action, record);
    if (problem !== undefined) {
      if (strict) throw problem;
      if (!warned) onProblem(problem);
      warned = true;
    }
    const instance = (isLogger(this) ? this : root) as PinoInstance;
    const fields = {
      audit: true,
      action,
      ...ownFields(record),
      ...(problem && { audit_problem: problem.message }),
    };
    stream.lastLevel = Infinity;
    stream.write(lines.line.call(instance, fields, String(action), INFO, instance[timeSym]()));
  };
}

function isLogger(value: unknown): boolean {
  return typeof value === 'object' && value !== null && timeSym in value;
}

/** A record that is wrong may be anything; its getters stay unasked. */
function ownFields(record: unknown): object {
  if (typeof record !== 'object' || record === null || types.isProxy(record)) return {};
  return Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(record)).flatMap(([key, { value }]) =>
      value === undefined ? [] : [[key, value as unknown]],
    ),
  );
}

/** What is wrong with an audit record, every problem at once; undefined when nothing is. */
export function auditProblem(action: unknown, record: unknown): SightlineError | undefined {
  const problems = [check(actionSchema, { action }), check(auditRecordSchema, record)].filter(
    (problem) => problem !== undefined,
  );
  if (problems.length === 0) return undefined;
  return new SightlineError('SIGHTLINE_AUDIT', {
    problem: problems.map((problem) => problem.problem).join('; '),
    expected: problems.map((problem) => problem.expected).join('; '),
    fix: 'pass a dotted action, and actor, resource and outcome as the README shows',
  });
}

function check(schema: z.ZodType, input: unknown): SightlineError | undefined {
  try {
    parseOptions('logger.audit', schema, input);
    return undefined;
  } catch (error) {
    if (error instanceof SightlineError) return error;
    throw error;
  }
}
