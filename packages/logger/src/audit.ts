import { types } from 'node:util';
import { SightlineError, parseOptions } from '@sightline/errors';
import type { Redactor } from '@sightline/redact';
import * as z from 'zod';
import type { LineWriter } from './line.ts';
import type { LineOutput } from './line-output.ts';
import { ownFields } from './own-data.ts';
import { timeSym } from './pino-internals.ts';
import type { PinoInstance, PinoStream } from './pino-internals.ts';

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

const auditRecordSchema = z.strictObject({
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
  readonly redactor: Redactor;
  readonly lines: LineWriter;
  readonly output: LineOutput;
  /** Where audit lines go; where a stream asks for the level, it is told one that no level holds back. */
  readonly stream: PinoStream;
  readonly strict: boolean;
  readonly onProblem: (problem: SightlineError) => void;
}

/** @param root whose bindings are written when the method is called on its own */
export function createAudit(
  root: object,
  { redactor, lines, output, stream, strict, onProblem }: AuditSetup,
): Audit {
  let warned = false;

  return function audit(this: unknown, action, record) {
    const problem = auditProblem(action, record, redactor.text);
    if (problem !== undefined) {
      if (strict) throw problem;
      if (!warned) onProblem(problem);
      warned = true;
    }
    const instance = (isLogger(this) ? this : root) as PinoInstance;
    const { audit: _audit, action: _action, ...fields } = ownFields(record);
    const object = {
      audit: true,
      action,
      ...fields,
      ...(problem && { audit_problem: problem.message }),
    };
    const message = typeof action === 'string' ? action : 'audit';
    const time = instance[timeSym]();
    const line = lines.line.call(instance, object, message, INFO, time);
    output.send(instance, { line, level: Infinity, object, message, time }, stream);
  };
}

function isLogger(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !types.isProxy(value) && timeSym in value;
}

/** Levels of an audit record that the schema looks at: record, changes, one change. */
const SHAPE_DEPTH = 3;

/** The record as far as the schema looks into it, and without code of its own: a getter is as good as nothing. */
function shapeOf(value: unknown, depth: number): unknown {
  if (typeof value === 'function') return () => {};
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return {};
  if (types.isProxy(value)) return undefined;
  if (Array.isArray(value)) return [];
  return Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([key, descriptor]) =>
      descriptor.enumerable === true ? [[key, shapeOf(descriptor.value, depth - 1)]] : [],
    ),
  );
}

/**
 * What is wrong with an audit record, every problem at once; undefined when nothing is.
 *
 * @param censor for the names of keys, which the problem tells
 */
function auditProblem(
  action: unknown,
  record: unknown,
  censor: (text: string) => string,
): SightlineError | undefined {
  const problems = [
    check(actionSchema, { action: shapeOf(action, 0) }),
    check(auditRecordSchema, shapeOf(record, SHAPE_DEPTH) ?? null),
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0) return undefined;
  return new SightlineError('SIGHTLINE_AUDIT', {
    problem: censor(problems.map((problem) => problem.problem).join('; ')),
    expected: censor(problems.map((problem) => problem.expected).join('; ')),
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
