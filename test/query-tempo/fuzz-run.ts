import { fuzz } from './fuzz.ts';

/** `node --conditions=@sightline/source test/query-tempo/fuzz-run.ts 1000000 1`: so many queries, from this seed. */
const [count = '1000000', seed = '1'] = process.argv.slice(2);
const result = await fuzz(Number(count), Number(seed), (done) => process.stdout.write(`${done}\n`));
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
process.exitCode = result.crashes.length > 0 ? 1 : 0;
