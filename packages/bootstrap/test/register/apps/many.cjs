const { Hono } = require('hono');
const { Hono: Tiny } = require('hono/tiny');
const Koa = require('koa');
const pg = require('pg');
const { Redis } = require('ioredis');
const client = require('prom-client');

const made = [new Hono(), new Tiny(), new Koa(), new pg.Pool(), Redis, client.register];
if (made.includes(undefined)) throw new Error('nothing is there');
