const { createServer } = require('node:http');
const { nodeHttp: start } = require('./frameworks.cjs');

start({ createServer });
