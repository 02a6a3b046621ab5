import { describe, expect, it } from 'vitest';
import { httpConfigSchema, readHttpConfig } from './http-config.ts';

const files: Readonly<Record<string, string>> = { there: ' from a file\n', lines: 'a\nb' };
const read = (written: object) =>
  readHttpConfig(httpConfigSchema.parse(written), (path) => (path in files ? files[path] : undefined));
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('readHttpConfig', () => {
  it.each<readonly [object, Readonly<Record<string, string>>]>([
    [{}, {}],
    [{ authorization: { credentials: 'a' } }, { authorization: 'Bearer a' }],
    [{ authorization: { type: ' Own ', credentials: 'a' } }, { authorization: 'Own a' }],
    [{ authorization: { credentials_file: 'there' } }, { authorization: 'Bearer from a file' }],
    [{ bearer_token: 'a' }, { authorization: 'Bearer a' }],
    [{ bearer_token_file: 'there' }, { authorization: 'Bearer from a file' }],
    [{ basic_auth: { username: 'me', password: 'ü:' } }, { authorization: basic('me:ü:') }],
    [
      { basic_auth: { username_file: 'there', password_file: 'there' } },
      { authorization: basic('from a file:from a file') },
    ],
    [
      { http_headers: { 'X-A': { values: ['1'], secrets: ['2'], files: ['there'] }, 'X-B': {} } },
      { 'x-a': '1, 2, from a file' },
    ],
    // What changes nothing of what arrives, or is the default.
    [{ enable_http2: false, tls_config: {}, proxy_url: '', proxy_from_environment: false, oauth2: null }, {}],
  ])('has for %j the headers %j', (written, headers) => {
    expect(read(written)).toEqual({ headers, redirect: 'follow', cannot: undefined });
  });

  it('goes nowhere else where redirects are not to be followed', () => {
    expect(read({ follow_redirects: false })).toMatchObject({ redirect: 'manual', cannot: undefined });
  });

  it.each<readonly [object, string]>([
    [{ tls_config: { insecure_skip_verify: true } }, 'http_config.tls_config'],
    [{ proxy_url: 'http://localhost:1' }, 'http_config.proxy_url'],
    [{ proxy_from_environment: true }, 'http_config.proxy_from_environment'],
    [{ oauth2: { client_id: 'a' } }, 'http_config.oauth2'],
    [{ authorization: { credentials_file: 'away' } }, 'a credentials_file that is missing'],
    [{ basic_auth: { username_file: 'away', password: 'a' } }, 'a username_file that is missing'],
    [{ basic_auth: { username: 'a', password_file: 'away' } }, 'a password_file that is missing'],
    [{ bearer_token_file: 'away' }, 'a bearer_token_file that is missing'],
    [{ http_headers: { 'X-A': { files: ['away'] } } }, 'a file of http_headers that is missing'],
    [{ authorization: { credentials_file: 'lines' } }, 'a header that HTTP does not take'],
    [{ http_headers: { 'X A': { values: ['a'] } } }, 'a header that HTTP does not take'],
  ])('says of %j what it cannot do: %s', (written, cannot) => {
    expect(read(written)).toEqual({ headers: {}, redirect: 'follow', cannot });
  });

  it.each<readonly [object, string]>([
    [
      { authorization: { credentials: 'SECRET' }, basic_auth: { username: 'a' } },
      'at most one of authorization, basic_auth, oauth2, bearer_token, bearer_token_file',
    ],
    [
      { bearer_token: 'SECRET', bearer_token_file: 'there' },
      'at most one of authorization, basic_auth, oauth2, bearer_token, bearer_token_file',
    ],
    [
      { authorization: { credentials: 'SECRET', credentials_file: 'there' } },
      'at most one of credentials, credentials_file',
    ],
    [{ basic_auth: { username: 'a', username_file: 'there' } }, 'at most one of username, username_file'],
    [
      { basic_auth: { password: 'SECRET', password_file: 'there' } },
      'at most one of password, password_file',
    ],
    [{ authorization: { type: 'basic', credentials: 'SECRET' } }, 'for the type basic there is basic_auth'],
    [{ http_headers: { Authorization: { secrets: ['SECRET'] } } }, 'http_headers must not set Authorization'],
  ])('refuses %j', (written, problem) => {
    const { error } = httpConfigSchema.safeParse(written);
    expect(error?.issues.map(({ message }) => message)).toEqual([problem]);
  });
});
