import { describe, expect, it } from 'vitest';
import { KEY_ANCHORS } from './key-words.ts';
import { createKeyClassifier, splitWords } from './keys.ts';

const classify = createKeyClassifier(['badgeNumber'], ['tokenized']);

describe('createKeyClassifier', () => {
  it.each([
    ...[
      'password',
      'PASSWORD',
      'userPassword',
      'user_password',
      'password2',
      'db.password.old',
      'passwordHash',
    ],
    ...[
      'apiKey',
      'api_key',
      'X-API-Key',
      'APIKEY',
      'apikeyValue',
      'openai.api-key',
      'accessKey',
      'privateKey',
    ],
    ...['token', 'accessToken', 'refresh_token', 'id_token', 'x-auth-token', 'csrfToken', '_csrf', 'xsrf'],
    ...['authorization', 'Proxy-Authorization', 'x-auth', 'basicAuth', 'auth'],
    ...[
      'cookie',
      'Set-Cookie',
      'cookies',
      'session',
      'sessionId',
      'session_id',
      'PHPSESSID',
      'connect.sid',
      'sid',
    ],
    ...[
      'clientSecret',
      'secret',
      'AWS_SECRET_ACCESS_KEY',
      'credentials',
      'pwd',
      'pass',
      'smtp_pass',
      'DB_PW',
    ],
    ...['cardNumber', 'card_number', 'creditCard', 'cvv', 'CVC', 'pan', 'pin', 'iban', 'accountNumber'],
    ...['ssn', 'socialSecurityNumber', 'nationalId', 'passportNumber', 'taxId', 'aadhaar', 'pesel', 'otp'],
    ...['secret_id', 'secretId', 'VAULT_SECRET_ID', 'approle.secret-id'],
    ...[
      'BadgeNumber',
      'old_badge_number',
      'connectionString',
      'sharedAccessSignature',
      'privateKeyPem',
      'jwt',
    ],
    ...['verificationCode', 'code_verifier', 'licenseKey', 'APP_KEY', 'smtppass', 'creds', 'SAMLResponse'],
    // Whatever is no letter or digit parts words: `pin` alone is telling, `pins` in a word is not.
    ...['card[pin]', 'card@pin', 'card`pin`', 'card{pin}', 'card/pin', 'card:pin', 'card\u007fpin'],
    ...['NO_REPLY_PASSWORD', 'noReplyPassword', 'MaxMindLicenseKey', 'MAX_BOT_TOKEN'],
    ...['passwordlessApiSecret', 'TOKENIZER_API_KEY', 'secretaryPassword', 'secretsManagerToken'],
    ...[
      'Ocp-Apim-Subscription-Key',
      'DD_APPLICATION_KEY',
      'x-functions-key',
      'client-key-data',
      'device_code',
    ],
    ...['contraseña', 'ｐａｓｓｗｏｒｄ', 'pass\u200bword'],
  ])('calls %s a secret', (key) => {
    expect(classify(key)).toMatch(/^secret(?:-unless-number)?$/);
  });

  it.each([
    ...['tokenCount', 'token_type', 'tokenExpiresAt', 'tokenUrl', 'tokenizer', 'tokenized'],
    ...[
      'cookieConsent',
      'cookieName',
      'hasPassword',
      'passwordResetUrl',
      'passwordChangedAt',
      'password_policy',
    ],
    ...[
      'sessionDuration',
      'secretName',
      'secretary',
      'author',
      'authenticated',
      'authMethod',
      'oauthProvider',
    ],
    ...['key', 'primaryKey', 'publicKey', 'idempotencyKey', 'keyboard', 'cacheKey', 'monkey'],
    ...['mapping', 'company', 'spinner', 'inside', 'design', 'syntax', 'compass', 'passenger', 'bypass'],
    ...[
      'cardBrand',
      'cardLast4',
      'accountId',
      'userId',
      'name',
      'msg',
      'status',
      'error_code',
      '',
      '_',
      '日本',
    ],
    ...['tokenAddress', 'tokenSymbol', 'token-service-7d9f8b6c5-x2x9z', 'secretsManager'],
    ...['prompt_tokens_details', 'token_endpoint_auth_methods_supported', 'secretKeyRef', 'imagePullSecrets'],
    ...['token.js', 'session.ts', 'csrfProtection', 'sessionDetails'],
  ])('calls %s open', (key) => {
    expect(classify(key)).toBe('open');
  });

  it.each([
    ...['tokens', 'output_tokens', 'cookies', 'secrets', 'promptTokens', 'pass'],
    ...['tokensPerSecond', 'tokens_out', 'tests_pass'],
  ])('lets %s be a number', (key) => {
    expect(classify(key)).toBe('secret-unless-number');
  });

  it.each(['smtp_pass', 'secretsPassword', 'tokensJwt', 'token'])('lets %s be none', (key) => {
    expect(classify(key)).toBe('secret');
  });

  it.each(['sig', 'X-Amz-Signature', 'Signature', 'AWSAccessKeyId', 'code'])(
    'calls %s secret in a URL only',
    (key) => {
      expect(classify(key)).toBe('secret-in-url');
    },
  );

  it('judges a name of a million characters by its end, and remembers no more names than its bound', () => {
    expect(classify(`${'x'.repeat(1_000_000)}_password`)).toBe('secret');
    for (let index = 0; index < 10_000; index++) classify(`name${index}x`);
    expect(classify('password')).toBe('secret');
  });
});

describe('splitWords', () => {
  it.each([
    ['X-API-Key', ['x', 'api', 'key']],
    ['apiKey2', ['api', 'key']],
    ['HTTPServerURL', ['http', 'server', 'url']],
    ['last4', ['last4']],
    ['2024', ['2024']],
    ['password_1', ['password']],
    ['password09', ['password']],
    ['x_y2', ['x', 'y']],
    ['z0', ['z']],
    ['a_2_3', ['a', '2']],
    ['AZToken', ['az', 'token']],
    ['AAToken', ['aa', 'token']],
    ['aToken', ['a', 'token']],
    ['zToken', ['z', 'token']],
    ['TBa', ['t', 'ba']],
    ['TBz', ['t', 'bz']],
    ['TB9z', ['tb9z']],
    ['a0b', ['a0b']],
    ['a9b', ['a9b']],
    ['a/b:c@d[e`f{g', ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
    ['x\u0080y\u007fz', ['x\u0080y', 'z']],
  ])('splits %s', (key, words) => {
    expect(splitWords(key)).toEqual(words);
  });
});

describe('KEY_ANCHORS', () => {
  const spellings = [
    'password',
    'pass_phrase',
    'pass-code',
    'pwd',
    'api_key',
    'access-token',
    'client_secret',
  ].concat(
    [
      'credentials',
      'cookie',
      'session_id',
      'sess_id',
      'csrf',
      'card_number',
      'security-code',
      'cvv',
      'tax_id',
    ],
    ['national_id', 'identity_number', 'account_number', 'connection_string', 'seed_phrase', 'backup_code'],
    [
      'recovery-codes',
      'one_time_code',
      'driving_licence',
      'drivers_license',
      'bank_account',
      'mnemonic',
      'bearer',
    ],
    ['codice_fiscale', 'steuer_id', 'personnummer', 'aadhaar', 'passport_number', 'motdepasse', 'contrasena'],
  );
  it.each(spellings)('holds a part of %s, so that text is searched where it stands', (name) => {
    expect(KEY_ANCHORS.some((anchor) => `${name}=`.includes(anchor))).toBe(true);
  });
});
