import { withinTime } from '../aggregation/time-limit.ts';
import { type ProcessFiles, processFiles } from './process-files.ts';
import type { RuntimePage } from './runtime-page.ts';

/** Reading takes a fraction of this; only where the thread pool hangs on a dead disk does it take longer [ms]. */
const READING_LIMIT_MS = 250;

/**
 * The process as the operating system sees it.
 *
 * @returns brings the numbers up to date
 */
export function observeProcess(page: RuntimePage, files: ProcessFiles = processFiles()): () => Promise<void> {
  const cpu = page.total('process_cpu_seconds_total');
  const resident = page.gauge('process_resident_memory_bytes');
  const virtual = page.gauge('process_virtual_memory_bytes');
  const openFds = page.gauge('process_open_fds');
  const maxFds = page.gauge('process_max_fds');
  // Once: the clock may be set later on, and a start that moves would look like a restart.
  page.gauge('process_start_time_seconds')(Date.now() / 1000 - process.uptime());
  const version = process.versions.node;
  const [major = '', minor = '', patch = ''] = version.split('.');
  page.info('nodejs_version_info', [`v${version}`, major, minor, patch]);

  let reading: Promise<void> | undefined;
  async function read(): Promise<void> {
    // First and alone: the other two open a file each.
    const open = await files.openFds();
    const [bytes, max] = await Promise.all([files.virtualMemoryBytes(), files.maxFds()]);
    virtual(bytes);
    openFds(open);
    maxFds(max);
  }

  return async () => {
    const { user, system } = process.cpuUsage();
    cpu((user + system) / 1e6);
    resident(process.memoryUsage.rss());
    // One that hangs is not joined by another at the next collection.
    reading ??= read().finally(() => (reading = undefined));
    await withinTime(reading, READING_LIMIT_MS);
  };
}
