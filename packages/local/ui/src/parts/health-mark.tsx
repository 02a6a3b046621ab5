import './health-mark.css';

/** Whether it is well: a word, with a mark of its own shape and colour. */
export function HealthMark({
  state,
  why,
}: {
  readonly state: 'up' | 'degraded' | 'down' | 'unknown';
  readonly why?: string;
}) {
  return (
    <span class={`health health-${state}`} title={why}>
      {state}
    </span>
  );
}
