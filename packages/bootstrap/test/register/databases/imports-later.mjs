import { useDatabases } from '../use-databases.mjs';

const [{ default: Redis }, { default: pg }] = await Promise.all([import('ioredis'), import('pg')]);
await useDatabases(Redis, pg);
