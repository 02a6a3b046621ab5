import { isUtf8 } from 'node:buffer';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { environment, ports } from '@sightline/conventions';
import { jsonOf, textAt, textsAt, valueAt } from '../doctor/json-at.ts';
import { fileError } from '../files.ts';
import { usageError } from '../usage-error.ts';
import { version } from '../version.ts';
import { editDockerfile, scriptStartedBy } from './dockerfile.ts';
import { editDotenv } from './dotenv.ts';
import { editJson, withName } from './edit-json.ts';
import { type Framework, frameworkOf } from './framework.ts';
import { countWorkloads, editManifest } from './kubernetes.ts';
import { type OldNode, oldNodeIn } from './old-node.ts';
import { type PackageManager, packageManagerOf } from './package-manager.ts';
import { editScript } from './start-script.ts';
import { neighboursWith, servicesBelow } from './workspace.ts';

/** A file that would be changed or made. */
export interface PlannedEdit {
  /** From the folder of the package. */
  readonly path: string;
  /** Nothing for a new one. */
  readonly before: string | undefined;
  readonly after: string;
}

export interface InitPlan {
  readonly framework: Framework;
  readonly packageManager: PackageManager;
  readonly moduleKind: 'esm' | 'cjs';
  readonly service: string;
  readonly edits: readonly PlannedEdit[];
  /** What is left to be done by hand. */
  readonly notes: readonly string[];
}

const PACKAGE = '@sightline/bootstrap';
const ADMIN_PORT = 'OTEL_EXPORTER_PROMETHEUS_PORT';
/** Scripts that start a service. */
const startScripts = ['start', 'start:prod', 'serve', 'dev', 'start:dev'];
const MOST_FILES = 5000;
const skipped: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  'dist',
  'build',
  'coverage',
  '.sightline',
]);

/**
 * Looks at a package and says what would be changed, and writes nothing.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_FILE` without a package.json that can be read, `SIGHTLINE_CLI_USAGE` for the root of a
 *   workspace that starts nothing itself
 */
export async function planInit(
  folder: string,
  given: { readonly service: string | undefined },
): Promise<InitPlan> {
  const text = await textOf(folder, 'package.json');
  const manifestPath = join(folder, 'package.json');
  if (text === undefined) {
    const fix = 'run it in the folder of the service, or name that: sightline init services/checkout';
    throw fileError(manifestPath, 'is needed, and it is not there', undefined, fix);
  }
  const manifest = text === 'foreign' ? undefined : jsonOf(text.text);
  if (text === 'foreign' || typeof manifest !== 'object' || manifest === null || Array.isArray(manifest))
    throw fileError(manifestPath, 'is no JSON of a package', undefined, 'correct what stands in it');
  const dependencies = { ...textsAt(manifest, 'devDependencies'), ...textsAt(manifest, 'dependencies') };
  // Whoever says what the service is called says that there is one.
  if (given.service === undefined) await refuseWorkspace(folder, manifest, frameworkOf(dependencies));
  const service = given.service ?? (textAt(manifest, 'name') ?? 'service').replace(/^@[^/]+\//, '');
  const dotenv = await textOf(folder, '.env');
  const notes: string[] = [];
  const oldNode = await oldNodeIn(folder);
  if (oldNode !== undefined)
    notes.push(`${whatIsOld(oldNode)}, and Sightline needs 22.15 or later: update that first`);
  const edited = withSightline(text.text, manifest, {
    notes,
    noDotenv: await whyNoDotenv(folder, dependencies, oldNode),
    nodemonChooses: await configuresNodemon(folder, manifest),
  });
  const neighbours = await neighboursWith(PACKAGE, folder, startScripts);
  if (neighbours.length > 0 && !(dotenv !== 'foreign' && dotenv?.text.includes(ADMIN_PORT))) {
    const taken = neighbours.map((_each, index) => ports.admin.port + index);
    const port = ports.admin.port + neighbours.length;
    const targets = [...taken, port].map((each) => `--scrape localhost:${each}`).join(' ');
    notes.push(
      `${neighbours.join(', ')} ${neighbours.length === 1 ? 'has' : 'have'} Sightline as well: on one machine each needs a port of its ` +
        `own for its metrics, such as ${ADMIN_PORT}=${port}, and sightline dev is told of all: ${targets}`,
    );
  }
  const files = [
    ['package.json', text.text, edited] as const,
    ...withVariables(dotenv, service, notes),
    ...(await deployFiles(folder, service, textsAt(jsonOf(edited), 'scripts'), notes)),
  ];
  return {
    framework: frameworkOf(dependencies),
    packageManager: packageManagerOf(folder, textAt(manifest, 'packageManager')),
    moduleKind: textAt(manifest, 'type') === 'module' ? 'esm' : 'cjs',
    service,
    edits: files.flatMap(([path, before, after]) => (after === before ? [] : [{ path, before, after }])),
    notes,
  };
}

/** What is put into the root of a workspace is in none of its services. */
async function refuseWorkspace(folder: string, manifest: unknown, framework: Framework): Promise<void> {
  const scripts = textsAt(manifest, 'scripts');
  const startsOne = startScripts.some((name) => {
    const script = scripts[name];
    const alone = { hasDotenv: false, nodemonChooses: false };
    return script !== undefined && editScript(script, alone).kind !== 'unknown';
  });
  if (startsOne || framework !== 'http') return;
  const services = await servicesBelow(folder, manifest, startScripts);
  if (services === undefined) return;
  // Without any below, what the root starts in a way that is not known may be one.
  if (services.length === 0 && startScripts.some((name) => scripts[name] !== undefined)) return;
  const [first = 'services/checkout', ...others] = services;
  throw usageError({
    problem: `${folder} is the root of a workspace, and no script of it starts a service`,
    expected: 'the folder of one service, or --service with its name where this is one',
    fix: `run it for each: sightline init ${first}${others.length > 0 ? `, and likewise ${others.join(', ')}` : ''}`,
  });
}

function whatIsOld({ path, version: old }: OldNode): string {
  return `${path} has Node.js ${old}`;
}

/** Files beside `.env` that no service reads when it is started: patterns of them, those of tests and of dotenv-vault. */
const NOT_READ = /\.(?:example|sample|template|tpl|dist|defaults?|schema|test|vault|keys|me|previous)$/;

/**
 * Why Node.js is not to read `.env` before everything else: it cannot, or what is read on top of it, or in its place, would no longer
 * win over it. A service that reads `.env.production` would get the database of `.env`.
 */
async function whyNoDotenv(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
  oldNode: OldNode | undefined,
): Promise<string | undefined> {
  const onTop =
    dependencies['dotenv-flow'] === undefined
      ? (await readdir(folder)).toSorted().find((name) => /^\.env\..+$/.test(name) && !NOT_READ.test(name))
      : 'what dotenv-flow reads on top';
  if (onTop !== undefined) return `${onTop} would no longer win over it`;
  return oldNode && `${whatIsOld(oldNode)}, which may not know how`;
}

/** Whether the configuration of nodemon says what it starts; what cannot be read may do so. */
async function configuresNodemon(folder: string, manifest: unknown): Promise<boolean> {
  const file = await textOf(folder, 'nodemon.json');
  if (file === 'foreign') return true;
  const config = file === undefined ? (valueAt(manifest, 'nodemonConfig') ?? {}) : jsonOf(file.text);
  return (
    config === undefined || ['exec', 'execMap', 'nodeArgs'].some((key) => valueAt(config, key) !== undefined)
  );
}

interface Surroundings {
  readonly notes: string[];
  /** Why Node.js is not to read `.env` first. */
  readonly noDotenv: string | undefined;
  readonly nodemonChooses: boolean;
}

/** The dependency, and the import in the scripts. */
function withSightline(
  text: string,
  manifest: unknown,
  { notes, noDotenv, nodemonChooses }: Surroundings,
): string {
  const scripts = textsAt(manifest, 'scripts');
  const edited: Record<string, string> = {};
  let isStarted = false;
  for (const name of startScripts) {
    const script = scripts[name];
    if (script === undefined) continue;
    const edit = editScript(script, { hasDotenv: noDotenv === undefined, nodemonChooses });
    if (edit.kind === 'changed') {
      edited[name] = edit.script;
      const why = noDotenv === undefined || edit.script.includes('--env-file') ? edit.noDotenv : noDotenv;
      if (why !== undefined)
        notes.push(`the script ${name} does not read .env first, as ${why}: set OTEL_… where it is started`);
    }
    if (edit.kind === 'unknown') notes.push(`the script ${name} stays as it is: ${edit.why}`);
    isStarted = true;
  }
  // Of a script that is there it was said what to do.
  if (!isStarted) {
    notes.push(`no script of package.json starts it: start it with node --import ${PACKAGE}/register`);
  }
  const has = valueAt(manifest, 'dependencies', PACKAGE) !== undefined;
  if (has && Object.keys(edited).length === 0) return text;
  return editJson(text, (json) => {
    if (!has) json['dependencies'] = withName(textsAt(json, 'dependencies'), PACKAGE, `^${version()}`);
    if (Object.keys(edited).length > 0) json['scripts'] = { ...textsAt(json, 'scripts'), ...edited };
  });
}

function withVariables(dotenv: FoundText, service: string, notes: string[]): readonly FileEdit[] {
  const variables = {
    OTEL_SERVICE_NAME: service,
    OTEL_EXPORTER_OTLP_ENDPOINT: environment.OTEL_EXPORTER_OTLP_ENDPOINT.default,
    LOG_LEVEL: environment.LOG_LEVEL.default,
  };
  if (dotenv !== 'foreign') return [['.env', dotenv?.text, editDotenv(dotenv?.text ?? '', variables)]];
  const lines = Object.entries(variables).map((variable) => variable.join('='));
  notes.push(`.env stays as it is, as it is not UTF-8: add ${lines.join(' ')}`);
  return [];
}

type FileEdit = readonly [path: string, before: string | undefined, after: string];

function isManifest(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

async function deployFiles(
  folder: string,
  service: string,
  scripts: Readonly<Record<string, string>>,
  notes: string[],
): Promise<readonly FileEdit[]> {
  const edits: FileEdit[] = [];
  const texts: { readonly path: string; readonly text: string }[] = [];
  for (const path of await deployPaths(folder)) {
    // oxlint-disable-next-line no-await-in-loop -- few files
    const found = await textOf(folder, path).catch(() => {
      notes.push(`${path} stays as it is: it cannot be read`);
      return undefined;
    });
    if (found !== undefined && found !== 'foreign') texts.push({ path, text: found.text });
  }
  const workloads = texts.reduce(
    (sum, { path, text }) => sum + (isManifest(path) ? countWorkloads(text) : 0),
    0,
  );
  for (const { path, text } of texts) {
    if (isManifest(path)) {
      const edit = editManifest(text, service, workloads === 1);
      if (edit === undefined) continue;
      const left = edit.text === text ? `${path} stays as it is` : path;
      notes.push(...edit.notes.map((note) => `${left}: ${note}`));
      edits.push([path, text, edit.text]);
      continue;
    }
    const edit = editDockerfile(text);
    if (edit === undefined) {
      const script = scriptStartedBy(text) ?? 'start';
      // Of those that usually start a service it was said already what becomes of them.
      const isKnown = startScripts.includes(script) || text.includes(PACKAGE);
      if (!isKnown && scripts[script]?.includes(PACKAGE) === false)
        notes.push(
          `${path} starts the script ${script}, which does not load it: let that be node --import ${PACKAGE}/register`,
        );
      continue;
    }
    if ('why' in edit) notes.push(`${path} stays as it is: ${edit.why}`);
    else edits.push([path, text, edit.text]);
  }
  return edits;
}

/** Dockerfiles of the folder itself, and manifests of it and of what is below. */
async function deployPaths(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [folder];
  let seen = 0;
  for (const at of folders) {
    // oxlint-disable-next-line no-await-in-loop -- one folder after the other, up to a bound
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      seen += 1;
      if (seen > MOST_FILES) return found.toSorted();
      const path = relative(folder, join(at, entry.name));
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) folders.push(join(at, entry.name));
      } else if (
        at === folder &&
        /^Dockerfile(?:\..+)?$/.test(entry.name) &&
        !entry.name.endsWith('ignore')
      ) {
        found.push(path);
      } else if (isManifest(entry.name)) found.push(path);
    }
  }
  return found.toSorted();
}

/** The text of a file: nothing when there is none, `foreign` when it is no plain UTF-8, and so not ours to change. */
type FoundText = { readonly text: string } | 'foreign' | undefined;

async function textOf(folder: string, path: string): Promise<FoundText> {
  const bytes = await readFile(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw fileError(path, 'cannot be read', error);
  });
  if (bytes === undefined) return undefined;
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : 'foreign';
}
