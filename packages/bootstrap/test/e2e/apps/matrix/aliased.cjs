const { express: start } = require('./frameworks.cjs');

start(require(process.env.FRAMEWORK));
