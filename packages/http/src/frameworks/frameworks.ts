import type { FrameworkAdapter } from './adapter.ts';
import { express } from './express.ts';
import { fastify } from './fastify.ts';
import { hono } from './hono.ts';
import { koa } from './koa.ts';

/** Every framework whose route templates are known. */
export const frameworks: readonly FrameworkAdapter[] = [express, fastify, koa, hono];
