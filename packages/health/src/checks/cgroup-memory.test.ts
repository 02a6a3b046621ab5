import { describe, expect, it } from 'vitest';
import { cgroupMemory, type ReadText } from './cgroup-memory.ts';

const MIB = 1024 * 1024;
/** What version 1 says for "no limit", with pages of 4 KiB. */
const V1_NO_LIMIT = '9223372036854771712\n';

function reader(files: Readonly<Record<string, string>>): ReadText {
  return async (path) => files[path];
}

/** The files of one cgroup of version 2. */
function v2(folder: string, limit: string, currentMib = 0, inactiveMib = 0): Record<string, string> {
  return {
    [`${folder}/memory.max`]: `${limit}\n`,
    [`${folder}/memory.current`]: `${currentMib * MIB}\n`,
    [`${folder}/memory.stat`]: `anon 1\ninactive_anon 2\ninactive_file ${inactiveMib * MIB}\nactive_file 3\n`,
  };
}

function v1(folder: string, limit: string, usageMib = 0, inactiveMib = 0): Record<string, string> {
  return {
    [`${folder}/memory.limit_in_bytes`]: limit,
    [`${folder}/memory.usage_in_bytes`]: `${usageMib * MIB}\n`,
    [`${folder}/memory.stat`]: `inactive_file 1\ntotal_inactive_file ${inactiveMib * MIB}\n`,
  };
}

const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';

describe('cgroupMemory', () => {
  it('reads version 2 in a container that sees its own cgroup as the root', async () => {
    const read = reader({
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': V2_MOUNT,
      ...v2('/sys/fs/cgroup', String(512 * MIB), 400, 150),
    });
    expect(await cgroupMemory(read)).toEqual({
      version: 2,
      folder: '/sys/fs/cgroup',
      limitBytes: 512 * MIB,
      // The file cache that nobody used lately can be dropped.
      usedBytes: 250 * MIB,
    });
  });

  it('takes the limit that is nearest of all cgroups around it', async () => {
    const read = reader({
      '/proc/self/cgroup': '0::/kubepods.slice/pod1.slice/app.scope\n',
      '/proc/self/mountinfo': V2_MOUNT,
      ...v2('/sys/fs/cgroup/kubepods.slice', String(8192 * MIB), 4000),
      ...v2('/sys/fs/cgroup/kubepods.slice/pod1.slice', String(1024 * MIB), 900),
      ...v2('/sys/fs/cgroup/kubepods.slice/pod1.slice/app.scope', String(1024 * MIB), 100),
    });
    expect(await cgroupMemory(read)).toMatchObject({
      folder: '/sys/fs/cgroup/kubepods.slice/pod1.slice',
      usedBytes: 900 * MIB,
    });
  });

  it('looks at the limits above where the cgroup itself says max', async () => {
    const read = reader({
      '/proc/self/cgroup': '0::/system.slice/app.service\n',
      '/proc/self/mountinfo': V2_MOUNT,
      ...v2('/sys/fs/cgroup/system.slice', String(2048 * MIB), 10),
      ...v2('/sys/fs/cgroup/system.slice/app.service', 'max', 10),
    });
    expect(await cgroupMemory(read)).toMatchObject({ limitBytes: 2048 * MIB });
  });

  it('reads version 1, also beside version 2 and with several controllers in one', async () => {
    const read = reader({
      '/proc/self/cgroup': '5:devices:/x\n4:cpu,memory:/docker/abc\n0::/\n',
      '/proc/self/mountinfo':
        '30 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup rw\n' +
        '34 23 0:30 / /sys/fs/cgroup/cpu,memory rw - cgroup cgroup rw,cpu,memory\n',
      ...v1('/sys/fs/cgroup/cpu,memory', V1_NO_LIMIT, 5000),
      ...v1('/sys/fs/cgroup/cpu,memory/docker/abc', `${256 * MIB}\n`, 200, 50),
    });
    expect(await cgroupMemory(read)).toEqual({
      version: 1,
      folder: '/sys/fs/cgroup/cpu,memory/docker/abc',
      limitBytes: 256 * MIB,
      usedBytes: 150 * MIB,
    });
  });

  it('finds the files of a container that sees only its own part of version 1 but the path of the host', async () => {
    const read = reader({
      '/proc/self/cgroup': '4:memory:/docker/abc/child\n',
      '/proc/self/mountinfo': '34 23 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n',
      ...v1('/sys/fs/cgroup/memory', `${256 * MIB}\n`, 250),
      ...v1('/sys/fs/cgroup/memory/child', V1_NO_LIMIT, 20),
    });
    expect(await cgroupMemory(read)).toMatchObject({ folder: '/sys/fs/cgroup/memory', usedBytes: 250 * MIB });
  });

  it('looks at the mount point when the cgroup is outside of what is mounted', async () => {
    const read = reader({
      '/proc/self/cgroup': '0::/../../other\n',
      '/proc/self/mountinfo': V2_MOUNT,
      ...v2('/sys/fs/cgroup', String(64 * MIB), 1),
    });
    expect(await cgroupMemory(read)).toMatchObject({ folder: '/sys/fs/cgroup', limitBytes: 64 * MIB });
  });

  it('takes the usual places when the mounts cannot be read, and undoes octal where they can', async () => {
    const usual = reader({
      '/proc/self/cgroup': '4:memory:/a\n',
      ...v1('/sys/fs/cgroup/memory/a', `${64 * MIB}`, 1),
    });
    expect(await cgroupMemory(usual)).toMatchObject({ folder: '/sys/fs/cgroup/memory/a' });
    const blank = reader({
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': String.raw`30 23 0:26 / /mnt/c\040g rw - cgroup2 cgroup2 rw`,
      ...v2('/mnt/c g', String(64 * MIB), 1),
    });
    expect(await cgroupMemory(blank)).toMatchObject({ folder: '/mnt/c g' });
  });

  it.each([
    [
      'version 2 says max everywhere',
      { '/proc/self/cgroup': '0::/a\n', ...v2('/sys/fs/cgroup/a', 'max', 5) },
    ],
    [
      'version 1 says the greatest number there is',
      { '/proc/self/cgroup': '4:memory:/a\n', ...v1('/sys/fs/cgroup/memory/a', V1_NO_LIMIT, 5) },
    ],
    [
      'pages are of 64 KiB',
      { '/proc/self/cgroup': '4:memory:/\n', ...v1('/sys/fs/cgroup/memory', '9223372036854710272\n', 5) },
    ],
    ['there are no cgroups', {}],
    ['memory is not among the controllers', { '/proc/self/cgroup': '5:devices:/x\n' }],
    ['the files hold no numbers', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': 'rubbish' }],
  ])('finds no limit when %s', async (_, files) => {
    expect(await cgroupMemory(reader(files))).toBeUndefined();
  });

  it('knows the limit where the usage cannot be read', async () => {
    const read = reader({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': String(64 * MIB) });
    expect(await cgroupMemory(read)).toEqual({
      version: 2,
      folder: '/sys/fs/cgroup',
      limitBytes: 64 * MIB,
      usedBytes: undefined,
    });
  });
});
