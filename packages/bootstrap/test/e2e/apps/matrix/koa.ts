import Koa from 'koa';
import Router from '@koa/router';
import { koa as start } from './frameworks.cjs';

start(Koa, Router);
