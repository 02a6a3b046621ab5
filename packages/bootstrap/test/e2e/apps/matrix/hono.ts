import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { hono as start } from './frameworks.cjs';

start(Hono, serve);
