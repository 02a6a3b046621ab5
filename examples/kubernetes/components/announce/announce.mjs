/*
 * Writes an annotation to Grafana: now, with the text and the tags of the environment. Exits with 1 when Grafana does not
 * take it, and says why; the token is in no message.
 */
const TIMEOUT_MS = 10_000;

const { GRAFANA_URL, GRAFANA_TOKEN, ANNOUNCE_TEXT, ANNOUNCE_TAGS = 'deploy' } = process.env;
const missing = Object.entries({ GRAFANA_URL, GRAFANA_TOKEN, ANNOUNCE_TEXT })
  .filter(([, value]) => !value)
  .map(([name]) => name);
if (missing.length > 0) fail(`${missing.join(', ')} must be set`);

const annotation = {
  time: Date.now(),
  tags: ANNOUNCE_TAGS.split(',').map((tag) => tag.trim()),
  text: ANNOUNCE_TEXT,
};
try {
  const response = await fetch(new URL('/api/annotations', GRAFANA_URL), {
    method: 'POST',
    headers: { authorization: `Bearer ${GRAFANA_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(annotation),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) fail(`Grafana answers ${response.status} to the annotation`);
  process.stdout.write(`announced: ${annotation.text} [${annotation.tags.join(', ')}]\n`);
} catch (error) {
  fail(`Grafana cannot be reached: ${error.cause?.message ?? error.message}`);
}

function fail(problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
