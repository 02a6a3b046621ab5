import { serve } from '@hono/node-server';

if (serve === undefined) throw new Error('nothing is there');
