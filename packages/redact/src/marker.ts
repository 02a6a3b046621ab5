/** A marker as it may stand in a URL, which cannot hold brackets: its unreserved characters. Source: RFC 3986 section 2.3. */
export function markerForUrl(marker: string): string {
  return marker.replaceAll(/[^A-Za-z0-9._~-]/g, '');
}
