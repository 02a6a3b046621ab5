import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What differs between the Prometheus of `compose.yaml` and one that tests find on a Debian. */
export interface PrometheusAbilities {
  /** It knows `scrape_native_histograms`, from 3.8 on; before, a feature flag was the way. */
  readonly hasHistogramSettings: boolean;
  /** It takes OTLP; Debian builds it without. */
  readonly takesOtlp: boolean;
}

const run = promisify(execFile);
const HISTOGRAM_SETTINGS = /^ {2}(?:scrape_native_histograms|always_scrape_classic_histograms): .*\n/gm;

export async function prometheusAbilities(program: string): Promise<PrometheusAbilities> {
  const { stdout: help } = await run(program, ['--help']);
  return {
    hasHistogramSettings: (await versionOf(program)) >= 3008,
    takesOtlp: help.includes('web.enable-otlp-receiver'),
  };
}

/** 3005 for `prometheus, version 3.5.3`; what was built without a version counts as the newest. */
async function versionOf(program: string): Promise<number> {
  const { stdout, stderr } = await run(program, ['--version']);
  const [, major, minor] = /version v?(\d+)\.(\d+)/.exec(stdout + stderr) ?? [];
  const version = Number(major) * 1000 + Number(minor);
  return version > 0 ? version : Number.POSITIVE_INFINITY;
}

/** The configuration, without the settings that this program does not know. */
export function knownSettings(config: string, { hasHistogramSettings }: PrometheusAbilities): string {
  return hasHistogramSettings ? config : config.replaceAll(HISTOGRAM_SETTINGS, '');
}

/** The flags, without those that this program does not know, and with the one that stands for a setting. */
export function knownFlags(
  flags: readonly string[],
  { hasHistogramSettings, takesOtlp }: PrometheusAbilities,
): readonly string[] {
  return [
    ...flags.filter((flag) => takesOtlp || flag !== '--web.enable-otlp-receiver'),
    ...(hasHistogramSettings ? [] : ['--enable-feature=native-histograms']),
  ];
}
