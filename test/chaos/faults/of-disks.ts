import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type SmallDisk, createSmallDisk } from '../../compose/small-disk.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

const disks = new WeakMap<World, SmallDisk>();
const DISK_MEBIBYTES = 4;
/** When some lines wait there [ms]. */
const REMOVED_AFTER_MS = 400;

function diskFault(
  name: string,
  title: string,
  begin: Fault['begin'],
  end: Fault['end'],
  also?: Partial<Fault>,
): Fault {
  return {
    name,
    group: 'the disk of the spool',
    title,
    on: ['sightline'],
    async prepare(world) {
      if (process.getuid?.() !== 0) return 'only root may mount';
      const path = `${world.spool}.disk`;
      const disk = createSmallDisk(path, DISK_MEBIBYTES);
      disks.set(world, disk);
      world.cleanUps.push(() => disk.remove());
      return { env: { SPOOL: path } };
    },
    begin,
    end,
    ...also,
  };
}

/** Mounted over it: one on which files are being written cannot be made read-only. */
function makeReadOnly(world: World): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', disks.get(world)?.path ?? '']);
}

function makeWritable(world: World): void {
  execFileSync('umount', [disks.get(world)?.path ?? '']);
}

/** What the disk does on which lines wait for Loki. */
export const diskFaults: readonly Fault[] = [
  diskFault(
    'disk-full',
    'full',
    (world) => disks.get(world)?.fill(),
    (world) => disks.get(world)?.free(),
  ),
  diskFault('disk-read-only', 'read-only', makeReadOnly, makeWritable),
  diskFault(
    'disk-full-loki-refused',
    'full, and Loki is away',
    async (world) => {
      disks.get(world)?.fill();
      await world.loki.setFault('refused');
    },
    async (world) => {
      disks.get(world)?.free();
      await world.loki.setFault('none');
    },
    { backend: 'loki' },
  ),
  {
    name: 'disk-removed',
    group: 'the disk of the spool',
    title: 'its folder is deleted, and Loki is away',
    on: ['sightline'],
    backend: 'loki',
    async begin(world) {
      await world.loki.setFault('refused');
      await pause(REMOVED_AFTER_MS);
      rmSync(world.spool, { recursive: true, force: true });
    },
    end: (world) => world.loki.setFault('none'),
  },
];
