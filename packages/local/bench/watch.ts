/** Loaded ahead of `sightline dev`: on SIGUSR2 it says in a line on standard error what the process takes and took. */
import { writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { REPORT } from './report.ts';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

process.on('SIGUSR2', () => {
  const usage = {
    residentBytes: process.memoryUsage.rss(),
    // In kilobytes, whatever the system counts in.
    peakBytes: process.resourceUsage().maxRSS * 1024,
    heapBytes: process.memoryUsage().heapUsed,
    longestBlockMs: delay.max / 1e6,
  };
  delay.reset();
  writeSync(2, `${REPORT}${JSON.stringify(usage)}\n`);
});
