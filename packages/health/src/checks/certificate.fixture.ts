import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface TestCertificate {
  /** PEM. */
  readonly key: string;
  /** PEM; with the certificate of its issuer behind it, when there is one. */
  readonly cert: string;
  readonly commonName: string;
  readonly privateKey: KeyObject;
}

export interface CertificateSetup {
  readonly commonName: string;
  /** `YYMMDD`, at midnight in UTC. */
  readonly from: string;
  readonly to: string;
  /** Who vouches for it; itself when left out. */
  readonly issuer?: TestCertificate;
}

/** A certificate for 127.0.0.1, and as an authority for others. */
export function createCertificate({ commonName, from, to, issuer }: CertificateSetup): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const address = der(SEQUENCE, der(CONTEXT_7, Buffer.from([127, 0, 0, 1])));
  const subjectAltName = der(SEQUENCE, oid(0x55, 0x1d, 0x11), der(OCTET_STRING, address));
  const isAuthority = der(OCTET_STRING, der(SEQUENCE, der(BOOLEAN, Buffer.from([0xff]))));
  const basicConstraints = der(SEQUENCE, oid(0x55, 0x1d, 0x13), isAuthority);
  const content = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    ecdsaWithSha256,
    nameOf(issuer?.commonName ?? commonName),
    der(SEQUENCE, ...[from, to].map((day) => der(UTC_TIME, Buffer.from(`${day}000000Z`)))),
    nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, subjectAltName, basicConstraints)),
  );
  const signature = Buffer.concat([
    Buffer.from([0]),
    sign('sha256', content, issuer?.privateKey ?? privateKey),
  ]);
  const base64 = der(SEQUENCE, content, ecdsaWithSha256, der(BIT_STRING, signature)).toString('base64');
  const pem = `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem + (issuer?.cert ?? ''),
    commonName,
    privateKey,
  };
}

// Tags of DER, the encoding of X.509.
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
/** An IP address among the alternative names. */
const CONTEXT_7 = 0x87;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

function nameOf(commonName: string): Buffer {
  const pair = der(SEQUENCE, oid(0x55, 0x04, 0x03), der(UTF8_STRING, Buffer.from(commonName)));
  return der(SEQUENCE, der(SET, pair));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function oid(...bytes: readonly number[]): Buffer {
  return der(OBJECT_IDENTIFIER, Buffer.from(bytes));
}
