import './self.css';
import { useEffect, useState } from 'preact/hooks';
import { ruleGroups, scrapeTargets } from '../../api/prometheus.ts';
import { ApiError } from '../../api/request.ts';
import { type Self, self } from '../../api/stack.ts';
import { bytes, duration, shortNumber } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { useQuery } from '../../state/use-query.ts';
import { Delivery } from './delivery.tsx';
import { type Reading, ratePerSecond, withReading } from './rates.ts';
import { RuleHealth } from './rule-health.tsx';
import { type SelfRow, countsOf, sampleWays, selfRows } from './self-rows.ts';
import { Targets } from './targets.tsx';

/** What the stack says of itself: what came in, what of it was lost and why, and what to do about it. */
export function Page() {
  // Whatever minutes are looked at, this page is about now.
  const nowMs = Date.now();
  const own = useQuery('self', async (signal) => {
    try {
      return { value: await self(signal), atMs: Date.now() };
    } catch (error) {
      // Only the embedded stack has it.
      if (error instanceof ApiError && error.status === 404) return { value: undefined, atMs: Date.now() };
      throw error;
    }
  });
  const targets = useQuery('targets', scrapeTargets);
  const rules = useQuery('rules', ruleGroups);
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  useEffect(() => {
    const value = own.data?.value;
    if (value === undefined || own.data === undefined) return;
    const reading = { atMs: own.data.atMs, counts: countsOf(value) };
    setReadings((before) => withReading(before, reading));
  }, [own.data]);
  if (own.data === undefined && own.error === undefined)
    return (
      <p class="muted" aria-busy="true">
        Asking…
      </p>
    );
  return (
    <div class="stack self">
      {own.error !== undefined && <Problem what="The stack does not tell of itself" error={own.error} />}
      {own.data !== undefined &&
        (own.data.value === undefined ? (
          <p class="muted">
            These are servers of their own: what came in and was lost, each of them tells by its own metrics.
            The dashboards “Sightline stack” and “Telemetry” show them.
          </p>
        ) : (
          <Received own={own.data.value} readings={readings} nowMs={nowMs} />
        ))}
      <Targets targets={targets.data} error={targets.error} nowMs={nowMs} />
      <RuleHealth groups={rules.data} error={rules.error} />
      <Delivery nowMs={nowMs} />
    </div>
  );
}

interface ReceivedProps {
  readonly own: Self;
  readonly readings: readonly Reading[];
  readonly nowMs: number;
}

function Received({ own, readings, nowMs }: ReceivedProps) {
  const rows = selfRows(own);
  const rate = (key: string): string => {
    const value = ratePerSecond(readings, key);
    return value === undefined ? '…' : `${shortNumber(value)}/s`;
  };
  const losses = rows.flatMap((row) => row.lost.map((loss) => ({ ...loss, name: row.name })));
  return (
    <>
      <dl class="self-facts">
        <Fact name="Running for" value={duration((nowMs - own.startedAtMs) / 1000)} />
        <Fact name="Memory of the process" value={bytes(own.residentBytes)} />
        <Fact
          name="Telemetry in memory"
          value={bytes(rows.reduce((sum, { keptBytes }) => sum + keptBytes, 0))}
        />
        <Fact name="On disk" value={own.kept.disk === undefined ? 'nothing' : bytes(own.kept.disk.bytes)} />
        <Fact name="Version" value={own.version} />
      </dl>
      {losses.length === 0 ? (
        <p>
          <span class="ok">✓</span> Nothing was refused or let go before its time.
        </p>
      ) : (
        <section class="card self-losses" aria-labelledby="self-losses">
          <h2 id="self-losses">Lost</h2>
          <ul>
            {losses.map(({ name, count, why, fix }) => (
              <li key={`${name} ${why}`}>
                <strong class="warn">
                  {shortNumber(count)} {name.toLowerCase()}
                </strong>{' '}
                {why}. <span class="muted">{fix}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="self-received">
        <h2 id="self-received">What came in</h2>
        {/* In a narrow window it is scrolled, and has nothing in it that keys could go to. */}
        <div class="card wide" role="group" aria-labelledby="self-received" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col" class="number">
                  Now
                </th>
                <th scope="col" class="number">
                  Since the start
                </th>
                <th scope="col">Kept</th>
                <th scope="col" class="number">
                  Memory
                </th>
                <th scope="col" class="number">
                  Lost
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <ReceivedRow key={row.key} row={row} rate={rate(row.key)} />
              ))}
              {sampleWays(own).map(({ name, key, stored }) => (
                <tr key={key} class="self-way">
                  <th scope="row">by {name}</th>
                  <td class="number">{rate(key)}</td>
                  <td class="number">{shortNumber(stored)}</td>
                  <td colSpan={3} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {own.kept.disk?.problem !== undefined && (
          <p>
            <strong class="warn">The disk takes nothing</strong>: {own.kept.disk.problem}. What is sent is
            answered 503, and its senders try again; {shortNumber(own.kept.disk.unkept ?? 0)} scraped pages
            and results of rules are in memory alone. Free some of the disk.
          </p>
        )}
        {own.kept.disk === undefined && (
          <p class="muted">
            All of it is in memory, and gone when the process ends;{' '}
            <code>sightline dev --data-dir .sightline</code> keeps it.
          </p>
        )}
      </section>
    </>
  );
}

function ReceivedRow({ row, rate }: { readonly row: SelfRow; readonly rate: string }) {
  const lost = row.lost.reduce((sum, { count }) => sum + count, 0);
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td class="number">{rate}</td>
      <td class="number">{shortNumber(row.received)}</td>
      <td>{row.kept}</td>
      <td class="number">{bytes(row.keptBytes)}</td>
      <td class={`number ${lost > 0 ? 'warn' : 'muted'}`}>{shortNumber(lost)}</td>
    </tr>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div class="card">
      <dt class="muted">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
