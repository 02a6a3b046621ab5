import './runbook.css';
import { runbook, runbookNames } from '../../api/stack.ts';
import { useTitle } from '../../app/title.ts';
import { Empty } from '../../parts/empty.tsx';
import { Markdown } from '../../parts/markdown/markdown.tsx';
import { Problem } from '../../parts/problem.tsx';
import { evidenceOf } from '../../parts/service-name.ts';
import { webAddress } from '../../parts/web-address.ts';
import { href, param, pathParts } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import { type Subject, forSubject } from './for-subject.ts';

const WHERE: Readonly<Record<string, string>> = { promql: '/explore', logql: '/logs', traceql: '/traces' };

/** What to do about an alert, with its queries one click away and for the service that it is about. */
export function Page() {
  const name = pathParts.value[1];
  return name === undefined ? <AllRunbooks /> : <Runbook name={name} />;
}

function Runbook({ name }: { readonly name: string }) {
  const subject: Subject = { service: param('service'), name: param('name') };
  const { service } = subject;
  const { data, error } = useQuery(`runbook ${name}`, (signal) => runbook(name, signal), { live: false });
  const heading = /^# (.+)$/m.exec(data ?? '')?.[1] ?? name;
  useTitle(heading);
  if (error !== undefined) return <Problem what={`The runbook ${name} could not be read`} error={error} />;
  if (data === undefined) return <p aria-busy="true">Loading…</p>;
  const text = data.replace(/^# .+\n/, '');
  return (
    <div class="stack runbook">
      <div class="row no-print">
        <a href={href('/alerts', { alert: heading })}>‹ The alert</a>
        <span class="grow" />
        {service !== '' && <Evidence service={service} />}
      </div>
      <Markdown
        text={text}
        linkTo={(url) => linkTo(url, service)}
        afterCode={(language, code) => {
          const page = WHERE[language];
          return (
            page !== undefined && (
              <a class="button no-print" href={href(page, { query: forSubject(code.trim(), subject) })}>
                Run{service === '' ? '' : ` for ${service}`}
              </a>
            )
          );
        }}
      />
    </div>
  );
}

function Evidence({ service }: { readonly service: string }) {
  const { failedTraces, errorLogs } = evidenceOf(service);
  return (
    <>
      <a class="button" href={href(`/service/${encodeURIComponent(service)}`)}>
        {service}
      </a>
      <a class="button" href={href('/traces', { query: failedTraces })}>
        Failed traces
      </a>
      <a class="button" href={href('/logs', { query: errorLogs })}>
        Error lines
      </a>
    </>
  );
}

/** Runbooks name each other by file, and dashboards by path. */
function linkTo(url: string, service: string): string | undefined {
  const other = /^(?:\.\/)?([\w-]+)\.md$/.exec(url)?.[1];
  if (other !== undefined) return href(`/runbook/${other}`, { service });
  if (/^\/d\/[\w-]+/.test(url)) return url;
  return webAddress(url);
}

function AllRunbooks() {
  const { data, error } = useQuery('runbooks', runbookNames, { live: false });
  if (error !== undefined) return <Problem what="The runbooks could not be read" error={error} />;
  if (data === undefined) return <p aria-busy="true">Loading…</p>;
  if (data.length === 0) {
    return (
      <Empty title="There are no runbooks">
        <p>The stack was started without a folder of them: one file for each alert, that says what to do.</p>
      </Empty>
    );
  }
  return (
    <ul>
      {data.map((name) => (
        <li key={name}>
          <a href={href(`/runbook/${name}`)}>{name}</a>
        </li>
      ))}
    </ul>
  );
}
