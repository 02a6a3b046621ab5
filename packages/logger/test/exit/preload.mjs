import { writeSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

writeSync(2, `preload in thread ${threadId}\n`);
