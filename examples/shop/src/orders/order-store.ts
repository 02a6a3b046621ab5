import * as z from 'zod';
import type { DatabasePool } from './database-pool.ts';
import type { TracedDatabase } from './traced-database.ts';

const orderSchema = z.object({
  id: z.string(),
  tenant: z.string(),
  plan: z.enum(['standard', 'express']),
  totalCents: z.int(),
  status: z.enum(['pending', 'paid', 'declined', 'failed']),
  chargeId: z.string().nullable(),
});

export type Order = z.output<typeof orderSchema>;

export interface OrderStore {
  /** @param note what the customer asks for; it is kept and never given out */
  insert(order: Order, note: string | undefined): Promise<void>;
  settle(order: Pick<Order, 'id' | 'status' | 'chargeId'>): Promise<void>;
  find(key: Pick<Order, 'id' | 'tenant'>): Promise<Order | undefined>;
}

/** The statements of one connection. */
export type OrderStatements = ReturnType<typeof prepareStatements>;

const schema = `
  CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    plan TEXT NOT NULL,
    total_cents INTEGER NOT NULL CHECK (total_cents > 0),
    status TEXT NOT NULL,
    charge_id TEXT,
    note TEXT
  ) STRICT`;

/** Makes the table if it is not there, and what is asked of it. */
export function prepareStatements(database: TracedDatabase) {
  database.exec(schema);
  const insert = database.prepare(
    `INSERT INTO orders (id, tenant, plan, total_cents, status, charge_id, note)
     VALUES (:id, :tenant, :plan, :totalCents, :status, :chargeId, :note)`,
    'orders',
  );
  const settle = database.prepare(
    'UPDATE orders SET status = :status, charge_id = :chargeId WHERE id = :id',
    'orders',
  );
  const find = database.prepare(
    `SELECT id, tenant, plan, total_cents AS "totalCents", status, charge_id AS "chargeId"
     FROM orders WHERE id = :id AND tenant = :tenant`,
    'orders',
  );
  return { insert, settle, find };
}

export function createOrderStore(pool: Pick<DatabasePool<OrderStatements>, 'use'>): OrderStore {
  return {
    insert: (order, note) => pool.use(({ insert }) => insert.run({ ...order, note: note ?? null })),
    settle: (change) => pool.use(({ settle }) => settle.run({ ...change })),
    async find(key) {
      const row = await pool.use(({ find }) => find.get({ ...key }));
      return row === undefined ? undefined : orderSchema.parse(row);
    },
  };
}
