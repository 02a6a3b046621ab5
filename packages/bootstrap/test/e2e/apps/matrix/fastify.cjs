const fastify = require('fastify');
const { fastify: start } = require('./frameworks.cjs');

start(fastify);
