import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { moduleFacts } from './module-references.ts';

/**
 * The floor of each package. A package imports only from a lower floor; siblings meet through `@opentelemetry/api`
 * or through a small interface that the consumer declares.
 */
export const floors: Readonly<Record<string, number>> = {
  conventions: 0,
  errors: 0,
  redact: 1,
  query: 1,
  logger: 2,
  metrics: 2,
  http: 2,
  health: 2,
  resilience: 2,
  dashboards: 2,
  alerts: 2,
  bootstrap: 3,
  local: 3,
  testing: 3,
  cli: 4,
};

/** Everything that may stand at the top, dotfiles last. What git ignores is not looked at. */
const topLevel: ReadonlySet<string> = new Set([
  'packages',
  'dashboards',
  'alerts',
  'compose',
  'docs',
  'examples',
  'test',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  '.changeset',
  '.ci',
  '.dockerignore',
  '.editorconfig',
  '.git',
  '.gitattributes',
  '.github',
  '.gitignore',
  '.knip.json',
  '.node-version',
  '.npmrc',
  '.oxfmtrc.json',
  '.oxlintrc.json',
]);

/** The part of a package.json that the rules read. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** One package as it is checked; in tests one that stands nowhere but in memory. */
export interface CheckedPackage {
  /** The name of its folder below `packages/`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Its TypeScript files, by their paths inside the folder: `src/index.ts`. */
  readonly files: Readonly<Record<string, string>>;
}

/** What the rules need to know besides the package itself. */
export interface Workspace {
  /** Every package, by name, for what it exports. */
  readonly manifests: Readonly<Record<string, Manifest>>;
  /** What the tests of every package may use: the root's devDependencies. */
  readonly rootDevDependencies: readonly string[];
  /** Files that must have a default export, with the reason. */
  readonly defaultExports: Readonly<Record<string, string>>;
}

const SCOPE = '@sightline/';
/** Real servers that tests of several packages talk to, as seen from a package. */
const SHARED_SERVERS = '../../test/servers/';

function floorOf(name: string): number | undefined {
  return floors[name.slice(SCOPE.length)];
}

/** `@scope/name/sub` → `@scope/name`, `name/sub` → `name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function namesIn(...groups: readonly (Readonly<Record<string, string>> | undefined)[]): string[] {
  return groups.flatMap((group) => Object.keys(group ?? {}));
}

function runtimeNames({ dependencies, peerDependencies, optionalDependencies }: Manifest): string[] {
  return namesIn(dependencies, peerDependencies, optionalDependencies);
}

/** Everything of OpenTelemetry but its API, which is no SDK. */
function isOtelSdk(name: string): boolean {
  return /^@opentelemetry\/(?!api$|semantic-conventions$)/.test(name);
}

function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.ts$|^(?:test|bench)\//.test(path);
}

function edgeProblem(from: string, to: string): string | undefined {
  const [own, other] = [floorOf(from), floorOf(to)];
  if (own === undefined || !to.startsWith(SCOPE) || to === from) return undefined;
  if (other === undefined) return `uses ${to}, which has no floor`;
  if (other < own) return undefined;
  const direction = other === own ? 'sideways' : 'upward';
  return `uses ${to}, ${direction} from floor ${own} to floor ${other}`;
}

function manifestProblems({ folder, manifest }: CheckedPackage): string[] {
  const problems: string[] = [];
  if (manifest.name !== SCOPE + folder) problems.push(`is named ${manifest.name}, not ${SCOPE}${folder}`);
  if (!(folder in floors)) problems.push('has no floor in test/architecture-rules.ts');
  for (const name of namesIn(
    manifest.dependencies,
    manifest.peerDependencies,
    manifest.optionalDependencies,
    manifest.devDependencies,
  )) {
    const problem = edgeProblem(manifest.name, name);
    if (problem) problems.push(problem);
  }
  if (folder !== 'bootstrap') {
    for (const name of runtimeNames(manifest).filter(isOtelSdk)) {
      problems.push(`depends on ${name}; only bootstrap knows the SDK`);
    }
  }
  return problems;
}

function referenceProblem(
  path: string,
  specifier: string,
  from: CheckedPackage,
  workspace: Workspace,
): string {
  if (isBuiltin(specifier)) return '';
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    const isShared = isTest(path) && target.startsWith(SHARED_SERVERS);
    if (target.startsWith('../') && !isShared) return `reaches out of the package with ${specifier}`;
    return !isTest(path) && isTest(target) ? `imports the test ${specifier}` : '';
  }
  const { manifest, folder } = from;
  const name = packageOf(specifier);
  const edge = edgeProblem(manifest.name, name);
  if (edge) return edge;
  const subpath = specifier === name ? '.' : `.${specifier.slice(name.length)}`;
  const target = name === manifest.name ? manifest : workspace.manifests[name];
  if (name.startsWith(SCOPE) && target && !(subpath in (target.exports ?? {}))) {
    return `imports ${specifier}, which ${name} does not export`;
  }
  if (name === manifest.name) return '';
  const test = isTest(path);
  const allowed = [
    ...runtimeNames(manifest),
    ...(test ? [...namesIn(manifest.devDependencies), ...workspace.rootDevDependencies] : []),
  ];
  if (!allowed.includes(name)) {
    return `imports ${name}, which is missing from the ${test ? 'manifest' : 'dependencies in the manifest'}`;
  }
  return !test && folder !== 'bootstrap' && isOtelSdk(name)
    ? `imports ${name}; only bootstrap knows the SDK`
    : '';
}

function fileProblems(path: string, source: string, from: CheckedPackage, workspace: Workspace): string[] {
  const { references, hasDefaultExport, onlyReExports } = moduleFacts(source);
  const problems = references
    .map(({ specifier }) => referenceProblem(path, specifier, from, workspace))
    .filter((problem) => problem !== '');
  if (references.some(({ kind }) => kind === 'export-all')) problems.push('has an export *');
  const config = path.endsWith('.config.ts');
  if (hasDefaultExport && !config && !(`packages/${from.folder}/${path}` in workspace.defaultExports)) {
    problems.push('has a default export');
  }
  if (path === 'src/index.ts' && !onlyReExports) problems.push('holds more than export { … } from');
  return [...new Set(problems)].map((problem) => `packages/${from.folder}/${path} ${problem}`);
}

/** Everything in a package that breaks a rule of the house; nothing when it keeps them all. */
export function packageProblems(checked: CheckedPackage, workspace: Workspace): readonly string[] {
  return [
    ...manifestProblems(checked).map((problem) => `packages/${checked.folder}/package.json ${problem}`),
    ...Object.entries(checked.files).flatMap(([path, source]) =>
      fileProblems(path, source, checked, workspace),
    ),
  ];
}

/** The entries of the top folder that are not listed; `ignored` are those that git does not look at. */
export function topLevelProblems(
  entries: readonly string[],
  ignored: (entry: string) => boolean,
): readonly string[] {
  return entries.filter((entry) => !topLevel.has(entry) && !ignored(entry));
}
