/** Memory of a cgroup: the one of this process, or one above it whose limit is nearer. */
export interface CgroupMemory {
  /** Version of the interface that it was read from. */
  readonly version: 1 | 2;
  /** Where it was read: `/sys/fs/cgroup`. */
  readonly folder: string;
  readonly limitBytes: number;
  /**
   * What counts against the limit and cannot simply be dropped: without the file cache that nobody has used lately, as
   * the kubelet counts. Undefined when only the limit can be read.
   */
  readonly usedBytes: number | undefined;
}

/** Reads a small text file; undefined when it is not there or may not be read. */
export type ReadText = (path: string) => Promise<string | undefined>;

/**
 * Version 1 says "no limit" with the greatest number of whole pages, which depends on the size of a page; nothing has a
 * pebibyte of memory.
 */
const NO_LIMIT_BYTES = 2 ** 50;
/** Most cgroups that are looked at, from the innermost outwards. */
const MAX_DEPTH = 32;

interface Layout {
  readonly version: 1 | 2;
  readonly limit: string;
  readonly usage: string;
  /** Key in `memory.stat` of the file cache that can be dropped, with that of the cgroups below. */
  readonly droppable: string;
  /** Where it is mounted when `mountinfo` cannot be read. */
  readonly mountPoint: string;
}

const V1: Layout = {
  version: 1,
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  droppable: 'total_inactive_file',
  mountPoint: '/sys/fs/cgroup/memory',
};
const V2: Layout = {
  version: 2,
  limit: 'memory.max',
  usage: 'memory.current',
  droppable: 'inactive_file',
  mountPoint: '/sys/fs/cgroup',
};

/**
 * Finds the memory limit that this process meets first: of all the cgroups that it is in, one inside the other, the
 * one that is fullest.
 *
 * Source: cgroups(7), https://docs.kernel.org/admin-guide/cgroup-v2.html
 *
 * @returns undefined where there is no limit, or no cgroups
 */
export async function cgroupMemory(read: ReadText): Promise<CgroupMemory | undefined> {
  const own = ownCgroup((await read('/proc/self/cgroup')) ?? '');
  if (own === undefined) return undefined;
  const mount = mountOf((await read('/proc/self/mountinfo')) ?? '', own.layout);
  const levels = await Promise.all(
    foldersOf(own.path, mount).map((folder) => readLevel(read, folder, own.layout)),
  );
  return levels
    .filter((level) => level !== undefined)
    .toSorted((a, b) => fullness(b) - fullness(a) || a.limitBytes - b.limitBytes)[0];
}

function fullness({ usedBytes = 0, limitBytes }: CgroupMemory): number {
  return usedBytes / limitBytes;
}

/** A line is `4:memory:/path`, or `0::/path` of version 2. With both, memory is where its controller is. */
function ownCgroup(text: string): { readonly layout: Layout; readonly path: string } | undefined {
  const lines = text.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const v1 = lines.find((line) => line?.[1]?.split(',').includes('memory'));
  if (v1) return { layout: V1, path: v1[2]! };
  const v2 = lines.find((line) => line?.[1] === '');
  return v2 ? { layout: V2, path: v2[2]! } : undefined;
}

interface Mount {
  /** The cgroup that is seen at the mount point: a container may see its own only. */
  readonly root: string;
  readonly mountPoint: string;
}

/** A line is `36 35 0:30 <root> <mount point> <options> … - <type> <source> <super options>`. */
function mountOf(mountinfo: string, { version, mountPoint }: Layout): Mount {
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, at] = before.split(' ');
    const [type, , superOptions = ''] = after.split(' ');
    const fits =
      version === 2 ? type === 'cgroup2' : type === 'cgroup' && superOptions.split(',').includes('memory');
    if (fits && root !== undefined && at !== undefined)
      return { root: unescaped(root), mountPoint: unescaped(at) };
  }
  return { root: '/', mountPoint };
}

/** Blanks and the like are octal there. */
function unescaped(path: string): string {
  return path.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

/** The folders of the cgroup and of all above it, as far as they can be seen. */
function foldersOf(path: string, { root, mountPoint }: Mount): string[] {
  const base = root === '/' ? '' : root;
  // Of a cgroup outside of what is mounted (`/../other`), only the mount point can be looked at.
  const isInside = (path === base || path.startsWith(`${base}/`)) && !path.split('/').includes('..');
  const segments = isInside ? path.slice(base.length).split('/').filter(Boolean).slice(-MAX_DEPTH) : [];
  return [
    mountPoint,
    ...segments.map((_, index) => `${mountPoint}/${segments.slice(0, index + 1).join('/')}`),
  ];
}

async function readLevel(read: ReadText, folder: string, layout: Layout): Promise<CgroupMemory | undefined> {
  const limitBytes = numberIn(await read(`${folder}/${layout.limit}`));
  // `max` is no number.
  if (limitBytes === undefined || limitBytes <= 0 || limitBytes >= NO_LIMIT_BYTES) return undefined;
  const [usage, stat] = await Promise.all([read(`${folder}/${layout.usage}`), read(`${folder}/memory.stat`)]);
  const usageBytes = numberIn(usage);
  const droppableBytes = numberIn(new RegExp(`^${layout.droppable} (\\d+)$`, 'm').exec(stat ?? '')?.[1]) ?? 0;
  const usedBytes = usageBytes === undefined ? undefined : Math.max(0, usageBytes - droppableBytes);
  return { version: layout.version, folder, limitBytes, usedBytes };
}

function numberIn(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}
