/**
 * Tells now, and whenever an element is scrolled or gets another size.
 *
 * @returns ends it
 */
export function watchView(element: Element, read: () => void): () => void {
  read();
  const observer = new ResizeObserver(read);
  observer.observe(element);
  element.addEventListener('scroll', read, { passive: true });
  return () => {
    observer.disconnect();
    element.removeEventListener('scroll', read);
  };
}
