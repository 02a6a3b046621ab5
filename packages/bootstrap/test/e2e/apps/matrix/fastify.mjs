import fastify from 'fastify';
import { fastify as start } from './frameworks.cjs';

void start(fastify);
