import { duration } from '../../parts/format.ts';
import type { TraceTree } from '../../parts/trace/trace-tree.ts';

interface TraceNoticesProps {
  readonly tree: TraceTree;
  readonly partial: string | undefined;
  readonly lineProblem: Error | undefined;
  onAgain(): void;
}

/** What is wrong with the trace itself, so that nobody reads more into it than it says. */
export function TraceNotices({ tree, partial, lineProblem, onAgain }: TraceNoticesProps) {
  const { orphans, skewed, roots } = tree;
  const worst = tree.nodes.reduce((most, { skewMs }) => Math.max(most, skewMs), 0);
  const isRootMissing = roots.every(({ isOrphan }) => isOrphan);
  const notices = [
    partial !== undefined && `The server left a part of it out. ${partial}`,
    isRootMissing && 'Its first span has not come: what you see began somewhere above.',
    !isRootMissing &&
      orphans > 0 &&
      `${orphans === 1 ? '1 span hangs' : `${orphans} spans hang`} on a parent that is not here.`,
    !isRootMissing && roots.length - orphans > 1 && `It has ${roots.length - orphans} beginnings.`,
    skewed > 0 &&
      `${skewed === 1 ? '1 span lies outside of its parent' : `${skewed} spans lie outside of their parents`}, by up to ${duration(worst / 1000)}: clocks differ, or nobody waited for the end. All is drawn as it was sent.`,
    lineProblem !== undefined && `No log lines: ${lineProblem.message}`,
  ].filter((notice) => notice !== false);
  if (notices.length === 0) return null;
  return (
    <div class="trace-notices row" role="status">
      <span class="warn">⚠</span>
      <span class="grow">{notices.join(' ')}</span>
      {(orphans > 0 || partial !== undefined) && (
        <button class="no-print" onClick={onAgain}>
          Look again
        </button>
      )}
    </div>
  );
}
