import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { type Attributes, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('shop.traced-database');

type Row = Record<string, SQLOutputValue>;

/** One prepared statement. Each call is a span with the text, which has placeholders, and without the values. */
interface TracedStatement {
  run(values: Record<string, SQLInputValue>): void;
  get(values: Record<string, SQLInputValue>): Row | undefined;
}

export interface TracedDatabase {
  /** Runs statements without a span: for the schema. */
  exec(sql: string): void;
  /** @param table what the statement is about; it names the span */
  prepare(sql: string, table: string): TracedStatement;
  close(): void;
}

/** @param path a file, or `:memory:` */
export function openTracedDatabase(path: string): TracedDatabase {
  const database = new DatabaseSync(path);
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql, table) {
      const statement = database.prepare(sql);
      const operation = sql.trimStart().split(/\s/, 1)[0]?.toUpperCase() ?? '';
      const name = `${operation} ${table}`;
      // Source of the names: https://opentelemetry.io/docs/specs/semconv/database/database-spans/
      const attributes: Attributes = {
        'db.system.name': 'sqlite',
        'db.operation.name': operation,
        'db.collection.name': table,
        'db.query.text': sql,
      };
      return {
        run: (values) => traced(name, attributes, () => void statement.run(values)),
        get: (values) => traced(name, attributes, () => statement.get(values)),
      };
    },
    close: () => database.close(),
  };
}

function traced<Result>(name: string, attributes: Attributes, query: () => Result): Result {
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
  try {
    return query();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : 'Error');
    throw error;
  } finally {
    span.end();
  }
}
