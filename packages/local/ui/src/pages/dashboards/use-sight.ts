import { useEffect, useRef, useState } from 'preact/hooks';

/** So far from the window a panel is made ready [px]. */
const NEAR_PX = '200px';
/** So long it has to be in sight before it is asked for. */
const SETTLE_MS = 120;

/** Whether an element is where somebody looks, and its size [px]. */
export function useSight(): {
  readonly ref: { current: HTMLDivElement | null };
  /** In sight, and for long enough to be asked for. */
  readonly near: boolean;
  readonly seen: boolean;
  readonly size: { readonly width: number; readonly height: number };
} {
  const ref = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState<'away' | 'near' | 'seen'>('away');
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer);
        const isNear = entries.at(-1)?.isIntersecting === true;
        setSight(isNear ? 'near' : 'away');
        // Whoever scrolls past does not want to see it.
        if (isNear) timer = setTimeout(() => setSight('seen'), SETTLE_MS);
      },
      { rootMargin: NEAR_PX },
    );
    watch.observe(element);
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const width = Math.floor(entry.contentRect.width);
      const height = Math.floor(entry.contentRect.height);
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    });
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
      observer.disconnect();
    };
  }, []);
  return { ref, near: sight !== 'away', seen: sight === 'seen', size };
}
