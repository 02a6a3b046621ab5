import { Empty } from './empty.tsx';
import { WiderRange } from './wider-range.tsx';

/** How to get the first data: the exact lines, with the address that this page came from. */
export function FirstRun({ title }: { readonly title: string }) {
  const url = window.location.origin;
  // A service sends there without being told.
  const isDefault = url === 'http://localhost:4318' || url === 'http://127.0.0.1:4318';
  return (
    <Empty title={title}>
      <p>Start a Node service with Sightline:</p>
      <pre tabIndex={0}>
        {`npm install @sightline/bootstrap\n${isDefault ? '' : `OTEL_EXPORTER_OTLP_ENDPOINT=${url} \\\n`}OTEL_LOGS_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp \\\nnode --import @sightline/bootstrap/register server.js`}
      </pre>
      <p>Anything else that speaks OTLP over HTTP can send here, too:</p>
      <pre
        tabIndex={0}
      >{`OTEL_EXPORTER_OTLP_ENDPOINT=${url}\nOTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`}</pre>
      <p class="muted">
        It shows up here within seconds; this page asks again by itself. When nothing comes,{' '}
        <code>npx sightline doctor</code> says why.
      </p>
      <WiderRange />
    </Empty>
  );
}
