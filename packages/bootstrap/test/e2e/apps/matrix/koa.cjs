const Koa = require('koa');
const Router = require('@koa/router');
const { koa: start } = require('./frameworks.cjs');

start(Koa, Router);
