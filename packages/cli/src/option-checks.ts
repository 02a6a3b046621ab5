/** Checks for values of options: what was expected, or nothing when the value is right. */

export function isHttpUrl(value: string): string | undefined {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol)
    ? undefined
    : 'an http or https URL, such as http://localhost:9093';
}

/** Of a URL that is shown in answers, and asked as it is. */
export function isOpenUrl(value: string): string | undefined {
  const url = URL.parse(value);
  return url !== null && (url.username !== '' || url.password !== '')
    ? 'an http or https URL without a name and a password'
    : isHttpUrl(value);
}

export function isCount(value: string): string | undefined {
  return /^[1-9]\d{0,8}$/.test(value) ? undefined : 'a whole number from 1';
}

export function isPort(value: string): string | undefined {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? undefined : 'a port from 0 to 65535';
}

/** What a server listens on. */
export function isAddress(value: string): string | undefined {
  return /^[\w.:-]+$/.test(value) ? undefined : 'an address of this machine, such as 0.0.0.0 for all of them';
}

/** As it stands in the header `Host`, without its port; there is none that means any. */
export function isHostName(value: string): string | undefined {
  return /^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(value)
    ? undefined
    : 'a name without a port, such as host.docker.internal';
}

/** What is scraped. */
export function isTarget(value: string): string | undefined {
  return /\s/.test(value) || targetUrl(value) === null
    ? 'host:port, or an http or https URL, such as localhost:9465'
    : undefined;
}

/** The address of a page of metrics, which may be written without its scheme; null where it is none. */
export function targetUrl(target: string): URL | null {
  return URL.parse(/^https?:\/\//.test(target) ? target : `http://${target}`);
}

/** It has to fit into a header, and into the variable of OpenTelemetry that sets headers. */
export function isToken(value: string): string | undefined {
  return /^[\w.~+/-]{16,}$/.test(value) ? undefined : 'one word of 16 or more letters, digits and -._~+/';
}

export function isNumber(value: string): string | undefined {
  return value.trim() !== '' && Number.isFinite(Number(value)) ? undefined : 'a number';
}

/** As Loki, Tempo and Mimir take it; several with a bar between. */
export function isTenant(value: string): string | undefined {
  return /^[\w!.*'()|-]{1,150}$/.test(value) ? undefined : "a name of letters, digits and !-_.*'()";
}

export function isLabel(value: string): string | undefined {
  return /^[a-zA-Z_]\w*=/.test(value) ? undefined : 'name=value, such as severity=warning';
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3600 };

export function isDuration(value: string): string | undefined {
  return /^[1-9]\d{0,4}[smh]$/.test(value) ? undefined : 'a duration such as 30s, 5m or 1h';
}

/** @param value what `isDuration` has nothing against */
export function durationMs(value: string): number {
  return Number(value.slice(0, -1)) * UNIT_SECONDS[value.slice(-1) as 's' | 'm' | 'h'] * 1000;
}
