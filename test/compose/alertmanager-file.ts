import { alertmanagerConfig, receiversFromEnvironment, yamlFile } from '@sightline/alerts';

const names = [
  'SLACK_URL',
  'PAGERDUTY_ROUTING_KEY',
  'OPSGENIE_API_KEY',
  'TEAMS_URL',
  'DISCORD_URL',
  'WEBHOOK_URL',
  'DEAD_MANS_SWITCH_URL',
];

/** What `compose/` gives Alertmanager: every receiver whose secret fits in a file. */
export function alertmanagerFile(): { readonly file: string; readonly content: string } {
  const options = receiversFromEnvironment(
    Object.fromEntries(
      names.map((name) => [`ALERT_${name}_FILE`, `/etc/alertmanager/secrets/alert_${name.toLowerCase()}`]),
    ),
  );
  return {
    file: 'compose/alertmanager/alertmanager.yml',
    content: yamlFile(
      'Alertmanager with every receiver whose secret fits in a file; compose/setup/setup.sh keeps those that are filled.',
      alertmanagerConfig(options),
    ),
  };
}
