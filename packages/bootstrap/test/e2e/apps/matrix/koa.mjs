import { Router } from '@koa/router';
import Koa from 'koa';
import { koa as start } from './frameworks.cjs';

start(Koa, Router);
