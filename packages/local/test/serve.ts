/** The embedded stack in a process of its own, which a test may kill at any moment. */
import { startLocal } from '@sightline/local';

const stack = await startLocal({ port: 0, dataDir: process.env['DATA_DIR'] ?? '.' });
process.send?.({ url: stack.url });
process.on('disconnect', () => process.exit());
