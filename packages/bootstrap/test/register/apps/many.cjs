const { Hono } = require('hono');
const { Hono: Tiny } = require('hono/tiny');
const Koa = require('koa');
const pg = require('pg');
const { Redis } = require('ioredis');
const client = require('prom-client');

new Hono();
new Tiny();
new Koa();
new pg.Pool();
if (Redis === undefined || client.register === undefined) throw new Error('nothing is there');
