const { serve } = require('@hono/node-server');
const { Hono } = require('hono');
const { hono: start } = require('./frameworks.cjs');

start(Hono, serve);
