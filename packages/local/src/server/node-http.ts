/**
 * `node:http` as it is there. An `import` of it reads all of its exports, and with them loads `fetch`, which takes 13 MB
 * for as long as the process lives.
 */
export const nodeHttp = process.getBuiltinModule('node:http');
