import { createServer } from 'node:http';
import { nodeHttp as start } from './frameworks.cjs';

start({ createServer });
