import { createHash } from 'node:crypto';
import { type InstalledPackage, packageKey } from './installed-tree.ts';

/** One package in a bill, as CycloneDX writes it. */
interface Component {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly (
    | { readonly license: { readonly id: string } }
    | { readonly expression: string }
  )[];
  readonly purl: string;
}

/** https://cyclonedx.org/docs/1.6/json/, as far as it is used here. */
export interface BillOfMaterials {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** `pkg:npm/%40scope/name@1.0.0`. Source: https://github.com/package-url/purl-spec, type `npm` */
export function packageUrl({ name, version }: Pick<InstalledPackage, 'name' | 'version'>): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/**
 * Digests of a lock file of pnpm by the key of the package, as they stand there: `sha512-` and base64.
 *
 * @param lock content of `pnpm-lock.yaml`
 */
export function lockedDigests(lock: string): ReadonlyMap<string, string> {
  const entries = lock.matchAll(/^ {2}'?([^\s'][^':]*)'?:\n {4}resolution: \{integrity: ([^,}]+)/gm);
  return new Map([...entries].map(([, key = '', digest = '']) => [key, digest]));
}

/**
 * What comes with a package, as CycloneDX 1.6: the same bytes for the same packages, whoever writes it and when.
 *
 * Instead of a time it has a serial number that is made from its content.
 *
 * @param tree the package itself first, as `installedTree` gives it
 * @param digests by key; packages of the workspace have none before they are published
 */
export function billOfMaterials(
  tree: readonly InstalledPackage[],
  digests: ReadonlyMap<string, string>,
): BillOfMaterials {
  const byUrl = new Map(tree.map((each) => [packageUrl(each), each]));
  const [own, ...others] = [...byUrl.values()].map((each) =>
    componentOf(each, digests.get(packageKey(each))),
  ) as [Component, ...Component[]];
  const urls = new Map(tree.map((each) => [packageKey(each), packageUrl(each)]));
  const content = {
    metadata: { component: own },
    components: others.toSorted((one, other) => byText(one.purl, other.purl)),
    dependencies: [...byUrl.entries()]
      .map(([ref, each]) => ({
        ref,
        dependsOn: [...new Set(each.dependencies.map((key) => urls.get(key) ?? key))].toSorted(),
      }))
      .toSorted((one, other) => byText(one.ref, other.ref)),
  };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    version: 1,
    ...content,
  };
}

function componentOf(each: InstalledPackage, digest: string | undefined): Component {
  const [scope, name] = each.name.startsWith('@') ? each.name.split('/') : [undefined, each.name];
  const url = packageUrl(each);
  return {
    type: 'library',
    'bom-ref': url,
    ...(scope !== undefined && { group: scope }),
    name: name ?? each.name,
    version: each.version,
    ...(digest !== undefined && { hashes: [hashOf(digest)] }),
    ...(each.licence !== '' && { licenses: [licenceOf(each.licence)] }),
    purl: url,
  };
}

function hashOf(digest: string): { readonly alg: string; readonly content: string } {
  const [algorithm = '', base64 = ''] = digest.split(/-(.*)/);
  return {
    alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
    content: Buffer.from(base64, 'base64').toString('hex'),
  };
}

function licenceOf(licence: string): NonNullable<Component['licenses']>[number] {
  return /[\s()]/.test(licence) ? { expression: licence } : { license: { id: licence } };
}

/** By code unit, so that no locale has a say. */
function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** A UUID of version 8 (RFC 9562): made from what it names. */
function uuidOf(content: string): string {
  const bytes = createHash('sha256').update(content).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
