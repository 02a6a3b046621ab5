import { Redis } from 'ioredis';
import pg from 'pg';
import { useDatabases } from '../use-databases.mjs';

await useDatabases(Redis, pg);
