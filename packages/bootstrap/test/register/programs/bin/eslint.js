// A tool that does its work in a thread.
import { Worker } from 'node:worker_threads';

export const worker = new Worker(new URL('../quiet.mjs', import.meta.url));
