import { Hono } from 'hono';
import Koa from 'koa';
import pg from 'pg';
import { Redis } from 'ioredis';
import client from 'prom-client';

new Hono();
new Koa();
new pg.Pool();
if (Redis === undefined || client.register === undefined) throw new Error('nothing is there');
