import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** What the page says that it shows; undefined takes the page's general title. */
export const title = signal<string | undefined>(undefined);

/** Names what is shown: heading of the page, and title of the browser's tab. */
export function useTitle(text: string): void {
  useEffect(() => {
    title.value = text;
    return () => {
      title.value = undefined;
    };
  }, [text]);
}
