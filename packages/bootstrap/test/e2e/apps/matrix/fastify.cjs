const fastify = require('fastify');
const { fastify: start } = require('./frameworks.cjs');

void start(fastify);
