/** What serves requests, by the dependency that says so; the first that is there. */
const frameworks = [
  ['@nestjs/core', 'nest'],
  ['fastify', 'fastify'],
  ['hono', 'hono'],
  ['koa', 'koa'],
  ['express', 'express'],
] as const;

export type Framework = (typeof frameworks)[number][1] | 'http';

/** Without any of them it is taken for a service on `node:http`. */
export function frameworkOf(dependencies: Readonly<Record<string, string>>): Framework {
  return frameworks.find(([name]) => dependencies[name] !== undefined)?.[1] ?? 'http';
}
