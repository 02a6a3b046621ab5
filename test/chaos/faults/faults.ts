import { victimOf } from '../world.ts';
import { type Fault, shippers } from './fault.ts';
import { backendFaults } from './of-backends.ts';
import { clockFaults } from './of-clocks.ts';
import { diskFaults } from './of-disks.ts';
import { dnsFaults } from './of-dns.ts';
import { embeddedFaults } from './of-embedded.ts';
import { redisFaults } from './of-redis.ts';
import { scraperFaults } from './of-scrapers.ts';

/** What is tried with slices of load with it and without it. */
export const faults: readonly Fault[] = [
  {
    name: 'none',
    group: 'nothing',
    title: 'no fault: the noise of this machine',
    on: [...shippers, 'bare'],
    begin: () => {},
    end: () => {},
  },
  {
    name: 'none-awaited',
    group: 'nothing',
    title: 'no fault, and what is sent is waited for as after one',
    on: ['sightline'],
    backend: 'both',
    begin: () => {},
    end: () => {},
  },
  ...backendFaults,
  ...dnsFaults,
  ...scraperFaults,
  {
    name: 'stdout-hangs',
    group: 'standard output',
    title: 'nobody reads the pipe',
    on: ['sightline'],
    begin: (world) => victimOf(world).readOutput(false),
    end: (world) => victimOf(world).readOutput(true),
  },
  ...diskFaults,
  ...clockFaults,
  ...embeddedFaults,
  ...redisFaults,
];
