/** Starts the service on a framework, given its modules as the service has loaded them. */
type Start = (...modules: readonly unknown[]) => unknown;

export const nodeHttp: Start;
export const express: Start;
export const fastify: Start;
export const koa: Start;
export const hono: Start;
