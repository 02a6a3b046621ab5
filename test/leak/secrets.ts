import type { Random } from '../../examples/shop/src/random.ts';

/** A made-up secret. */
export interface Secret {
  readonly kind: string;
  /** As it is handed around: a token, a whole connection string, a key with its frame. */
  readonly text: string;
  /** What of it nobody may find: the password of a connection string, the lines of a key. */
  readonly parts: readonly string[];
  /** True when its form gives it away wherever it stands; false when a name beside it must. */
  readonly isTelling: boolean;
}

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const HEX = `${DIGITS}abcdef`;
const ALPHANUMERIC = DIGITS + LOWER + UPPER;
const BASE64URL = `${ALPHANUMERIC}-_`;
const BASE64 = `${ALPHANUMERIC}+/`;
const BASE32 = `${UPPER}234567`;

type Make = (random: Random) => Omit<Secret, 'kind'>;

function token(prefix: string, length: number, alphabet: string): Make {
  return (random) => {
    const text = prefix + random.text(length, alphabet);
    return { text, parts: [text.slice(prefix.length)], isTelling: true };
  };
}

/** Only a name gives it away. */
function bare(length: number, alphabet: string): Make {
  return (random) => {
    const text = random.text(length, alphabet);
    return { text, parts: [text], isTelling: false };
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

const WORDS = [
  'Correct',
  'horse',
  'Battery',
  'staple',
  'Winter',
  'summer',
  'Dragon',
  'monkey',
  'Admin',
  'letmein',
];

/** As people make them up; long enough to be told from chance. */
function password(random: Random): string {
  return `${random.pick(WORDS)}${random.pick(['-', '_', '.', ''])}${random.text(8, ALPHANUMERIC)}${random.pick(['!', '', '9', '#1'])}`;
}

function connection(scheme: string, rest: string): Make {
  return (random) => {
    const secret = random.text(18, ALPHANUMERIC);
    return { text: `${scheme}://app:${secret}@db-1.internal${rest}`, parts: [secret], isTelling: true };
  };
}

function pem(label: string, escaped: boolean): Make {
  return (random) => {
    const lines = Array.from({ length: 6 }, () => random.text(64, BASE64));
    const text = [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join(
      escaped ? '\\n' : '\n',
    );
    return { text, parts: lines, isTelling: true };
  };
}

/** Source of the check digit: ISO/IEC 7812-1. */
function cardNumber(random: Random): string {
  const digits = random.pick(['4', '51', '53', '34', '37']);
  const length = digits.startsWith('3') ? 15 : 16;
  const body = digits + random.text(length - 1 - digits.length, DIGITS);
  const sum = body
    .split('')
    .toReversed()
    .reduce((total, digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return body + String((10 - (sum % 10)) % 10);
}

function grouped(card: string, separator: string): string {
  const sizes = card.length === 15 ? [4, 6, 5] : [4, 4, 4, 4];
  let at = 0;
  return sizes.map((size) => card.slice(at, (at += size))).join(separator);
}

/** One of each; the name says the issuer or the use. */
const kinds: Readonly<Record<string, Make>> = {
  'aws access key': token('AKIA', 16, UPPER + DIGITS),
  'github token': token('ghp_', 36, ALPHANUMERIC),
  'github fine-grained token': token('github_pat_', 60, `${ALPHANUMERIC}_`),
  'gitlab token': token('glpat-', 20, BASE64URL),
  'slack token': (random) => {
    const tail = random.text(24, ALPHANUMERIC);
    return {
      text: `xoxb-${random.text(12, DIGITS)}-${random.text(12, DIGITS)}-${tail}`,
      parts: [tail],
      isTelling: true,
    };
  },
  'slack webhook': (random) => {
    const tail = random.text(24, ALPHANUMERIC);
    return {
      text: `https://hooks.slack.com/services/T${random.text(8, UPPER)}/B${random.text(8, UPPER)}/${tail}`,
      parts: [tail],
      isTelling: true,
    };
  },
  'discord webhook': (random) => {
    const tail = random.text(64, BASE64URL);
    return {
      text: `https://discord.com/api/webhooks/${random.text(18, DIGITS)}/${tail}`,
      parts: [tail],
      isTelling: true,
    };
  },
  'stripe key': token('sk_live_', 24, ALPHANUMERIC),
  'stripe webhook secret': token('whsec_', 32, ALPHANUMERIC),
  'npm token': token('npm_', 36, ALPHANUMERIC),
  'openai key': token('sk-proj-', 48, ALPHANUMERIC),
  'anthropic key': token('sk-ant-api03-', 48, BASE64URL),
  'google api key': token('AIza', 35, BASE64URL),
  'google oauth token': token('ya29.', 60, BASE64URL),
  'sendgrid key': (random) => {
    const [id, tail] = [random.text(22, BASE64URL), random.text(43, BASE64URL)];
    return { text: `SG.${id}.${tail}`, parts: [tail], isTelling: true };
  },
  'twilio key': token('SK', 32, HEX),
  'shopify token': token('shpat_', 32, HEX),
  'vault token': token('hvs.', 90, BASE64URL),
  'huggingface token': token('hf_', 34, ALPHANUMERIC),
  'digitalocean token': token('dop_v1_', 64, HEX),
  'docker token': token('dckr_pat_', 27, BASE64URL),
  'grafana token': token('glsa_', 41, ALPHANUMERIC),
  'bcrypt hash': token('$2b$10$', 53, `${ALPHANUMERIC}./`),
  'json web token': (random) => {
    const parts = [
      encoded({ sub: random.text(12, ALPHANUMERIC), exp: 1_900_000_000 }),
      random.text(43, BASE64URL),
    ];
    // The payload's first characters are those of its first key.
    return {
      text: `${encoded({ alg: 'HS256', typ: 'JWT' })}.${parts.join('.')}`,
      parts: [parts[0]?.slice(9) ?? '', parts[1] ?? ''],
      isTelling: true,
    };
  },
  'bearer credentials': (random) => {
    const secret = random.text(40, ALPHANUMERIC);
    return { text: `Bearer ${secret}`, parts: [secret], isTelling: true };
  },
  'basic credentials': (random) => {
    const secret = random.text(20, ALPHANUMERIC);
    const text = Buffer.from(`ada:${secret}`).toString('base64');
    return { text: `Basic ${text}`, parts: [text.slice(6), secret], isTelling: true };
  },
  'postgres connection': connection('postgres', ':5432/shop?sslmode=require'),
  'mongodb connection': connection('mongodb+srv', '/shop?retryWrites=true'),
  'redis connection': connection('rediss', ':6380/0'),
  'amqp connection': connection('amqps', '/vhost'),
  'mysql connection': connection('mysql', ':3306/shop'),
  'sql server connection': (random) => {
    const secret = password(random);
    return {
      text: `Server=tcp:db-1.internal,1433;Database=shop;User ID=app;Password=${secret};Encrypt=True`,
      parts: [secret],
      isTelling: true,
    };
  },
  'azure storage connection': (random) => {
    const secret = `${random.text(86, BASE64)}==`;
    return {
      text: `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${secret};EndpointSuffix=core.windows.net`,
      parts: [secret],
      isTelling: true,
    };
  },
  'azure sas url': (random) => {
    const secret = `${random.text(43, ALPHANUMERIC)}%3D`;
    return {
      text: `https://shop.blob.core.windows.net/c/b?sv=2025-01-05&se=2026-12-01&sr=b&sp=r&sig=${secret}`,
      parts: [secret],
      isTelling: true,
    };
  },
  's3 signed url': (random) => {
    const secret = random.text(64, HEX);
    return {
      text: `https://shop.s3.amazonaws.com/a.pdf?X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=${secret}`,
      parts: [secret],
      isTelling: true,
    };
  },
  'rsa private key': pem('RSA PRIVATE KEY', false),
  'openssh private key': pem('OPENSSH PRIVATE KEY', false),
  'private key of a service account': pem('PRIVATE KEY', true),
  'card number': (random) => {
    const card = cardNumber(random);
    return { text: card, parts: [card], isTelling: true };
  },
  'card number in groups': (random) => {
    const card = cardNumber(random);
    const text = grouped(card, random.pick([' ', '-']));
    return { text, parts: [text, card], isTelling: true };
  },
  'otp seed url': (random) => {
    const secret = random.text(32, BASE32);
    return { text: `otpauth://totp/Shop:ada?secret=${secret}&issuer=Shop`, parts: [secret], isTelling: true };
  },
  'e-mail and password': (random) => {
    const secret = password(random);
    return { text: `email=ada@example.com&password=${secret}`, parts: [secret], isTelling: true };
  },
  'password in json': (random) => {
    const secret = password(random);
    return { text: JSON.stringify({ user: 'ada', password: secret }), parts: [secret], isTelling: true };
  },
  'session cookie': (random) => {
    const secret = `s%3A${random.text(32, BASE64URL)}.${random.text(43, ALPHANUMERIC)}`;
    return {
      text: `Set-Cookie: connect.sid=${secret}; Path=/; HttpOnly`,
      parts: [secret.slice(4)],
      isTelling: true,
    };
  },
  password: (random) => {
    const text = password(random);
    return { text, parts: [text], isTelling: false };
  },
  'aws secret key': bare(40, BASE64),
  'hex api key': bare(32, HEX),
  'session id': bare(32, ALPHANUMERIC),
  'otp seed': bare(32, BASE32),
  'base64 signing key': bare(44, BASE64),
};

export const secretKinds: readonly string[] = Object.keys(kinds);

export function makeSecret(kind: string, random: Random): Secret {
  const make = kinds[kind];
  if (make === undefined) throw new RangeError(`there is no secret of the kind ${kind}`);
  return { kind, ...make(random) };
}
