import { type SmallDisk, createSmallDisk } from '../../compose/small-disk.ts';
import { type Embedded, startEmbedded } from '../embedded.ts';
import type { World } from '../world.ts';
import { type Fault, shippers } from './fault.ts';

function embeddedOf({ embedded }: World): Embedded {
  if (embedded === undefined) throw new Error('the embedded stack is not there');
  return embedded;
}

function embeddedFault(name: string, title: string, begin: Fault['begin'], end: Fault['end']): Fault {
  return {
    name: `embedded-${name}`,
    group: 'the embedded stack, which keeps on disk',
    title,
    on: shippers,
    backend: 'both',
    openEmbedded: startEmbedded,
    begin,
    end,
  };
}

const EMBEDDED_MEBIBYTES = 16;
const embeddedDisks = new WeakMap<Embedded, SmallDisk>();
const isRoot = process.getuid?.() === 0;

const embeddedDiskFull: Fault = {
  ...embeddedFault(
    'disk-full',
    'its disk is full',
    (world) => embeddedDisks.get(embeddedOf(world))?.fill(),
    (world) => embeddedDisks.get(embeddedOf(world))?.free(),
  ),
  async openEmbedded(folder) {
    if (!isRoot) return startEmbedded(folder);
    const disk = createSmallDisk(`${folder}.disk`, EMBEDDED_MEBIBYTES);
    const embedded = await startEmbedded(disk.path);
    const own: Embedded = {
      ...embedded,
      async close() {
        await embedded.close();
        disk.remove();
      },
    };
    embeddedDisks.set(own, disk);
    return own;
  },
  prepare: () => Promise.resolve(isRoot ? {} : 'only root may mount'),
};

/** What becomes of the embedded stack as the backend of everything. */
export const embeddedFaults: readonly Fault[] = [
  embeddedFault(
    'killed',
    'killed, and started again',
    (world) => embeddedOf(world).end('SIGKILL'),
    (world) => embeddedOf(world).start(),
  ),
  embeddedFault(
    'restarts',
    'ended by SIGTERM, and started again',
    (world) => embeddedOf(world).end('SIGTERM'),
    (world) => embeddedOf(world).start(),
  ),
  embeddedFault(
    'hangs',
    'stopped: takes connections, never answers',
    (world) => embeddedOf(world).pause(),
    (world) => embeddedOf(world).resume(),
  ),
  embeddedDiskFull,
];
