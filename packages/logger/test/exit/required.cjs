// A CommonJS program that uses the built package.
const { createLogger, stdout } = require('@sightline/logger');

createLogger({ service: 'commonjs' }, stdout({ pretty: false })).info({ password: 'hunter2' }, 'required');
