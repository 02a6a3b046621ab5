import type { ComponentChildren } from 'preact';
import './empty.css';

interface EmptyProps {
  readonly title: string;
  /** How to get what is missing. */
  readonly children?: ComponentChildren;
}

/** Nothing is there yet: why, and what to do about it. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="empty card">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
