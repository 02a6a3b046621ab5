import { Hono } from 'hono';
import Koa from 'koa';
import pg from 'pg';
import { Redis } from 'ioredis';
import client from 'prom-client';

const made = [new Hono(), new Koa(), new pg.Pool(), Redis, client.register];
if (made.includes(undefined)) throw new Error('nothing is there');
