import './dashboards.css';
import { ApiError } from '../../api/request.ts';
import { dashboards } from '../../api/stack.ts';
import { Empty } from '../../parts/empty.tsx';
import { Problem } from '../../parts/problem.tsx';
import { href } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';

/** All dashboards that the stack was given. */
export function Page() {
  const { data, error } = useQuery('dashboards', dashboards, { live: false });
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Empty title="This server has no dashboards to give">
        <p>They are kept by the embedded stack, or by Grafana beside the real servers.</p>
      </Empty>
    );
  }
  if (error !== undefined && data === undefined)
    return <Problem what="The dashboards could not be read" error={error} />;
  if (data === undefined)
    return (
      <p class="muted" aria-busy="true">
        Loading…
      </p>
    );
  if (data.length === 0) {
    return (
      <Empty title="No dashboards yet">
        <p>
          <code>sightline dev</code> shows those of Sightline. From code, name a folder of files that Grafana
          exported:
        </p>
        <pre>{"await startLocal({ dashboards: 'dashboards' });"}</pre>
      </Empty>
    );
  }
  return (
    <ul class="dashboard-list">
      {data.map(({ uid, title, description, tags = [], problem }) => (
        <li key={uid} class="card">
          {problem === undefined ? (
            <a href={href(`/d/${encodeURIComponent(uid)}`)}>{title}</a>
          ) : (
            <>
              <strong>{title}</strong>
              <p class="bad">{problem}</p>
            </>
          )}
          {description !== undefined && description !== '' && <p class="muted">{description}</p>}
          {tags.length > 0 && <p class="muted dashboard-tags">{tags.join(', ')}</p>}
        </li>
      ))}
    </ul>
  );
}
