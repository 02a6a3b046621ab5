import type { Io } from '../io.ts';
import { runProgram } from '../programs.ts';

/** What differs between the Prometheus of the compose file and an older one, or one that a distribution has built. */
export interface PrometheusAbilities {
  /** Flags that it has. */
  readonly knows: (flag: string) => boolean;
  /** It knows `scrape_native_histograms`, from 3.8 on; before, a feature was the way. */
  readonly hasHistogramSettings: boolean;
}

const HISTOGRAM_SETTINGS = /^ {2}(?:scrape_native_histograms|always_scrape_classic_histograms): .*\n/gm;

export async function prometheusAbilities(
  io: Pick<Io, 'env' | 'cwd' | 'signal'>,
  path: string,
): Promise<PrometheusAbilities> {
  const [help, version] = await Promise.all([
    runProgram(io, path, ['--help']),
    runProgram(io, path, ['--version']),
  ]);
  const [, major, minor] = /version v?(\d+)\.(\d+)/.exec(version.output) ?? [];
  // Built without a version, it counts as the newest.
  const number = Number(major) * 1000 + Number(minor) || Infinity;
  return {
    knows: (flag) => help.output.includes(/^--[\w.-]+/.exec(flag)?.[0] ?? flag),
    hasHistogramSettings: number >= 3008,
  };
}

/** The configuration, without the settings that this program does not know. */
export function knownSettings(config: string, { hasHistogramSettings }: PrometheusAbilities): string {
  return hasHistogramSettings ? config : config.replaceAll(HISTOGRAM_SETTINGS, '');
}

/** The flags, without those that this program does not know, and with the one that stands for a setting. */
export function knownFlags(
  flags: readonly string[],
  { hasHistogramSettings, knows }: PrometheusAbilities,
): readonly string[] {
  return [
    ...flags.filter((flag) => knows(flag)),
    ...(hasHistogramSettings ? [] : ['--enable-feature=native-histograms']),
  ];
}
