import { type AlertOptions, prometheusRule, ruleFile, sloRules } from '@sightline/alerts';
import { defineCommand } from '../../command.ts';
import { exitCodes } from '../../exit-code.ts';
import { readInput } from '../../files.ts';
import { isHttpUrl } from '../../option-checks.ts';
import { costOf, costText, trafficOf, trafficOptions } from '../../slo/cost-text.ts';
import { readSlos } from '../../slo/read-slos.ts';

export const sloRulesCommand = defineCommand({
  name: 'slo rules',
  summary: 'Writes the rules of objectives: what is recorded, burn alerts, the budget',
  description: [
    'The rules go to stdout, the estimate of their cost to stderr. sightline help slo check tells what the file is like.',
  ],
  argument: {
    name: 'file',
    help: 'The file of objectives; - reads stdin',
    required: true,
    completes: 'file',
  },
  options: {
    form: {
      type: 'string',
      value: 'form',
      choices: ['prometheus', 'kubernetes'],
      default: 'prometheus',
      help: 'A file for Prometheus, or a PrometheusRule for its operator',
    },
    'grafana-url': {
      type: 'string',
      value: 'url',
      help: 'Grafana, as the browser of whoever gets an alert reaches it',
      check: isHttpUrl,
    },
    'runbook-url': {
      type: 'string',
      value: 'url',
      help: 'Where your copy of the runbooks is',
      check: isHttpUrl,
    },
    ...trafficOptions,
  },
  examples: [
    'sightline slo rules slos.yml > alerts/prometheus/slos.yml',
    'sightline slo rules openslo.yml --form kubernetes | kubectl apply -f -',
  ],
  async run({ io, values, positionals: [file = ''], note }) {
    const slos = readSlos(file, await readInput(io, file));
    const traffic = trafficOf(values);
    const options: AlertOptions = {
      evaluationIntervalSeconds: traffic.evaluationIntervalSeconds,
      ...(values['grafana-url'] === undefined ? {} : { grafanaUrl: values['grafana-url'] }),
      ...(values['runbook-url'] === undefined ? {} : { runbookBaseUrl: values['runbook-url'] }),
    };
    const groups = sloRules(slos, options);
    const about = `Rules for Prometheus: ${slos.map(({ name }) => name).join(', ')}.`;
    const labels = { 'app.kubernetes.io/part-of': 'sightline' };
    note(costText(slos, traffic));
    return {
      exitCode: exitCodes.ok,
      result: { groups, cost: Object.fromEntries(slos.map((slo) => [slo.name, costOf(slo, traffic)])) },
      text:
        values.form === 'kubernetes'
          ? prometheusRule(about, { name: 'sightline-slos', labels }, groups)
          : ruleFile(about, groups),
    };
  },
});
