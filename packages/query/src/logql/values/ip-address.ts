/** An address as a number of 32 or 128 bits. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const decimalPart = /^(?:0|[1-9]\d{0,2})$/;
const hexPart = /^[\da-fA-F]{1,4}$/;

function parseIp4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!decimalPart.test(part) || Number(part) > 255) return undefined;
    value = value * 256n + BigInt(part);
  }
  return value;
}

/** The 16-bit parts of a text without `::`; the last of the whole address may be an address of version 4. */
function parseParts(text: string, isEnd: boolean): readonly bigint[] | undefined {
  if (text === '') return [];
  const parts: bigint[] = [];
  const texts = text.split(':');
  for (const [at, part] of texts.entries()) {
    if (part.includes('.')) {
      const ip4 = isEnd && at === texts.length - 1 ? parseIp4(part) : undefined;
      if (ip4 === undefined) return undefined;
      parts.push(ip4 >> 16n, ip4 & 0xff_ffn);
    } else if (hexPart.test(part)) {
      parts.push(BigInt(`0x${part}`));
    } else {
      return undefined;
    }
  }
  return parts;
}

function parseIp6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > 45) return undefined;
  const head = parseParts(halves[0]!, halves.length === 1);
  const tail = parseParts(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const count = head.length + tail.length;
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined;
  const parts = [...head, ...Array.from({ length: 8 - count }, () => 0n), ...tail];
  let value = 0n;
  for (const part of parts) value = value * 65_536n + part;
  return value;
}

/** Reads `10.0.0.1` or `2001:db8::1`; undefined when it is neither. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const isIp6 = text.includes(':');
  const value = isIp6 ? parseIp6(text) : parseIp4(text);
  return value === undefined ? undefined : { bits: isIp6 ? 128 : 32, value };
}

/** Whether an address belongs to what a pattern names. */
export type IpTest = (address: IpAddress) => boolean;

/** An address, `10.0.0.0/8` or `10.0.0.1-10.0.0.9`; undefined when the pattern is none of them. */
export function ipTest(pattern: string): IpTest | undefined {
  const single = parseIpAddress(pattern);
  if (single !== undefined) return ({ bits, value }) => bits === single.bits && value === single.value;
  return prefixTest(pattern) ?? rangeTest(pattern);
}

function prefixTest(pattern: string): IpTest | undefined {
  const slash = pattern.lastIndexOf('/');
  const base = parseIpAddress(pattern.slice(0, Math.max(0, slash)));
  const lengthText = pattern.slice(slash + 1);
  if (base === undefined || !decimalPart.test(lengthText) || Number(lengthText) > base.bits) return undefined;
  const rest = BigInt(base.bits - Number(lengthText));
  return ({ bits, value }) => bits === base.bits && value >> rest === base.value >> rest;
}

function rangeTest(pattern: string): IpTest | undefined {
  const dash = pattern.indexOf('-');
  const from = parseIpAddress(pattern.slice(0, Math.max(0, dash)));
  const to = parseIpAddress(pattern.slice(dash + 1));
  if (from === undefined || to === undefined || from.bits !== to.bits || from.value > to.value)
    return undefined;
  return ({ bits, value }) => bits === from.bits && value >= from.value && value <= to.value;
}
