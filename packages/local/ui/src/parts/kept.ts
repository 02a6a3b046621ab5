import { Component, type ComponentChildren, type ComponentType, createElement } from 'preact';

/**
 * The same component, drawn anew only when one of its props is another than before.
 *
 * An element that `useMemo` keeps would do as well, but holds on to the elements around it, those of every list that it ever
 * stood in: what has long been scrolled away is never let go.
 */
export function kept<Props extends object>(Inner: (props: Props) => ComponentChildren): ComponentType<Props> {
  return class Kept extends Component<Props> {
    static override readonly displayName = `kept ${Inner.name}`;
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const before = this.props as Readonly<Record<string, unknown>>;
      const after = next as Readonly<Record<string, unknown>>;
      return [...Object.keys(before), ...Object.keys(after)].some((name) => before[name] !== after[name]);
    }
    override render(): ComponentChildren {
      return createElement(Inner as ComponentType<Props>, this.props as Props);
    }
  };
}
