import { Component, type ComponentChildren } from 'preact';
import { Problem } from '../parts/problem.tsx';
import { problemFrom } from '../api/request.ts';
import { refreshed } from '../state/time-range.ts';

interface BoundaryProps {
  readonly children: ComponentChildren;
}

/** What cannot be drawn says so, and is tried again when everything is asked again. */
export class Boundary extends Component<BoundaryProps, { readonly error?: Error | undefined }> {
  override state: { readonly error?: Error | undefined } = {};
  private stop: (() => void) | undefined;

  static override getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: problemFrom(error) };
  }

  override componentDidMount(): void {
    let isFirst = true;
    this.stop = refreshed.subscribe(() => {
      if (!isFirst && this.state.error !== undefined) this.setState({ error: undefined });
      isFirst = false;
    });
  }

  override componentWillUnmount(): void {
    this.stop?.();
  }

  override render({ children }: BoundaryProps): ComponentChildren {
    const { error } = this.state;
    return error === undefined ? children : <Problem what="This page could not be drawn" error={error} />;
  }
}
