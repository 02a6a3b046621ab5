import type { ReadText } from '../config/otlp.ts';

/** Docker, containerd, CRI-O and Podman give 64 hexadecimal digits; Fargate 32, a dash and a number. */
const IN_CGROUP = /(?:^|[/:-])([0-9a-f]{64}|[0-9a-f]{32}-\d{8,10})(?:\.scope)?(?=\/|$)/g;
const IN_MOUNT =
  /\/(?:containers|overlay-containers)\/([0-9a-f]{64})\/(?:userdata\/)?(?:hostname|hosts|resolv\.conf)$/;

/**
 * The id of the container that the process is in, as the kernel tells it; undefined outside of one.
 *
 * `/proc/self/cgroup` has it with version 1 of cgroups, and with version 2 unless these have a namespace of their own. Then
 * the files that the engine mounts from its own folder tell it. In Kubernetes those belong to the pod's sandbox, whose id
 * is another: there nothing is better than something wrong.
 */
export function containerId(readText: ReadText, inKubernetes: boolean): string | undefined {
  return fromCgroup(readText('/proc/self/cgroup') ?? '') ?? (inKubernetes ? undefined : fromMounts(readText));
}

/** The innermost one, where containers run in a container. */
function fromCgroup(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const path = line.slice(line.indexOf(':', line.indexOf(':') + 1) + 1);
    // The process that watches over a container of Podman or CRI-O is not in it.
    if (path.includes('conmon')) continue;
    const id = [...path.matchAll(IN_CGROUP)].at(-1)?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}

/** A line is `id parent device root mount-point options …`. Source: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
function fromMounts(readText: ReadText): string | undefined {
  for (const line of (readText('/proc/self/mountinfo') ?? '').split('\n')) {
    const [, , , root = '', mountPoint = ''] = line.split(' ');
    if (!/^\/etc\/(?:hostname|hosts|resolv\.conf)$/.test(mountPoint)) continue;
    const id = IN_MOUNT.exec(root)?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}
