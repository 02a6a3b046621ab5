import { CHARACTER_SETS, runEnd } from '../characters.ts';
import { words } from '../words.ts';
import type { TextRule, TokenRule } from '../rule.ts';

/**
 * Tokens that carry their issuer's prefix. Lengths are a little under the issued ones, so that a token cut short
 * by a column or a log line is found as well.
 * Source: the issuers' documentation of their formats, as collected by secret scanning programmes, e.g.
 * https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
 */
export const TOKEN_RULES: readonly TokenRule[] = [
  {
    name: 'aws-access-key',
    prefixes: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    body: 'upperAlphanumeric',
    minLength: 16,
  },
  // Base64 of what every session token and every key of Bedrock begins with.
  { name: 'aws-session-token', prefixes: ['IQoJb3JpZ2lu', 'FwoGZXIvYXdz'], body: 'base64', minLength: 40 },
  { name: 'aws-bedrock-key', prefixes: ['ABSKQmVkcm9ja', 'bedrock-api-key-'], body: 'base64', minLength: 30 },
  { name: 'alibaba-access-key', prefixes: ['LTAI'], body: 'alphanumeric', minLength: 16, atWordStart: true },
  { name: 'tencent-secret-id', prefixes: ['AKID'], body: 'alphanumeric', minLength: 28, atWordStart: true },
  { name: 'yandex-key', prefixes: ['AQVN'], body: 'base64url', minLength: 35, atWordStart: true },
  { name: 'github-token', prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], body: 'word', minLength: 16 },
  { name: 'github-token', prefixes: ['github_pat_'], body: 'word', minLength: 20 },
  {
    name: 'gitlab-token',
    prefixes: words(`
    glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glwt- glagent- gloas- glsoat- glffct- GR1348941
  `),
    body: 'base64url',
    minLength: 16,
  },
  {
    name: 'slack-token',
    prefixes: [
      'xoxb-',
      'xoxp-',
      'xoxa-',
      'xoxr-',
      'xoxs-',
      'xoxo-',
      'xoxe-',
      'xoxc-',
      'xoxd-',
      'xoxe.',
      'xapp-',
      'xwfp-',
    ],
    body: 'token68',
    minLength: 10,
  },
  {
    name: 'webhook',
    prefixes: words(`
      hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/
      discord.com/api/webhooks/ discordapp.com/api/webhooks/ outlook.office.com/webhook/
      discord.com/api/v9/webhooks/ discord.com/api/v10/webhooks/
      discord.com/api/v9/interactions/ discord.com/api/v10/interactions/
    `),
    body: 'path',
    minLength: 10,
  },
  // Of Teams: behind the ids of a group and a tenant, with an `@` between them.
  { name: 'webhook', prefixes: ['/IncomingWebhook/'], body: 'path', minLength: 30 },
  {
    // Within another URL's parameter.
    name: 'webhook',
    prefixes: words(`
      hooks.slack.com%2Fservices%2F hooks.slack.com%2Fworkflows%2F hooks.slack.com%2Ftriggers%2F
      discord.com%2Fapi%2Fwebhooks%2F discordapp.com%2Fapi%2Fwebhooks%2F outlook.office.com%2Fwebhook%2F
    `),
    body: 'escapedPath',
    minLength: 10,
  },
  { name: 'webhook', prefixes: ['%2FIncomingWebhook%2F'], body: 'escapedPath', minLength: 30 },
  {
    name: 'stripe-key',
    prefixes: ['sk_live_', 'sk_test_', 'sk_prod_', 'rk_live_', 'rk_test_', 'rk_prod_', 'whsec_'],
    body: 'base64',
    minLength: 10,
  },
  { name: 'stripe-key', prefixes: ['sk_org_'], body: 'word', minLength: 20 },
  // Client secrets: `pi_…_secret_…`.
  { name: 'stripe-key', prefixes: ['_secret_'], body: 'alphanumeric', minLength: 16 },
  { name: 'npm-token', prefixes: ['npm_'], body: 'alphanumeric', minLength: 20 },
  { name: 'pypi-token', prefixes: ['pypi-AgE'], body: 'base64url', minLength: 20 },
  { name: 'google-api-key', prefixes: ['AIza'], body: 'base64url', minLength: 30 },
  // Those that are bound to a service account, as Gemini's are since 2026.
  { name: 'google-api-key', prefixes: ['AQ.'], body: 'base64url', minLength: 40, atWordStart: true },
  { name: 'google-oauth', prefixes: ['ya29.', 'GOCSPX-'], body: 'base64url', minLength: 16 },
  // A refresh token and an authorization code.
  {
    name: 'google-oauth',
    prefixes: ['1//0', '4/0A'],
    body: 'base64url',
    minLength: 40,
    atWordStart: true,
  },
  {
    name: 'openai-key',
    prefixes: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-ant-'],
    body: 'base64url',
    minLength: 16,
  },
  {
    name: 'model-key',
    prefixes: words('sk-or-v1- sk-lf- pplx- lsv2_pt_ lsv2_sk_ pcsk_ nvapi- tgp_v1_ tvly-'),
    body: 'base64url',
    minLength: 30,
  },
  {
    name: 'model-key',
    prefixes: ['xai-', 'csk-', 'jina_'],
    body: 'alphanumeric',
    minLength: 40,
    atWordStart: true,
  },
  { name: 'model-key', prefixes: ['fw_'], body: 'alphanumeric', minLength: 22, atWordStart: true },
  { name: 'model-key', prefixes: ['sk_'], body: 'hex', minLength: 48, atWordStart: true },
  { name: 'model-key', prefixes: ['fc-', 'e2b_', 'crsr_'], body: 'hex', minLength: 32, atWordStart: true },
  { name: 'openai-key', prefixes: ['sk-'], body: 'alphanumeric', minLength: 32, atWordStart: true },
  { name: 'sendgrid-key', prefixes: ['SG.'], body: 'token68', minLength: 40, atWordStart: true },
  {
    name: 'shopify-token',
    prefixes: ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shpua_', 'shptka_'],
    body: 'hex',
    minLength: 20,
  },
  { name: 'digitalocean-token', prefixes: ['dop_v1_', 'doo_v1_', 'dor_v1_'], body: 'hex', minLength: 32 },
  { name: 'vault-token', prefixes: ['hvs.', 'hvb.', 'hvr.'], body: 'base64url', minLength: 20 },
  { name: 'docker-token', prefixes: ['dckr_pat_', 'dckr_oat_'], body: 'base64url', minLength: 16 },
  { name: 'huggingface-token', prefixes: ['hf_'], body: 'alphanumeric', minLength: 30, atWordStart: true },
  { name: 'grafana-token', prefixes: ['glsa_', 'glc_'], body: 'base64', minLength: 20 },
  { name: 'sentry-token', prefixes: ['sntrys_', 'sntryu_'], body: 'base64', minLength: 20 },
  { name: 'databricks-token', prefixes: ['dapi', 'dose'], body: 'hex', minLength: 32, atWordStart: true },
  {
    name: 'doppler-token',
    prefixes: ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'],
    body: 'token68',
    minLength: 20,
  },
  { name: 'atlassian-token', prefixes: ['ATATT3', 'ATCTT3'], body: 'base64url', minLength: 20 },
  { name: 'linear-key', prefixes: ['lin_api_', 'lin_oauth_'], body: 'alphanumeric', minLength: 20 },
  { name: 'notion-token', prefixes: ['ntn_'], body: 'alphanumeric', minLength: 30 },
  {
    name: 'notion-token',
    prefixes: ['secret_'],
    body: 'alphanumeric',
    minLength: 40,
    atWordStart: true,
  },
  { name: 'figma-token', prefixes: ['figd_'], body: 'base64url', minLength: 20 },
  { name: 'postman-key', prefixes: ['PMAK-'], body: 'base64url', minLength: 30 },
  {
    name: 'twilio-key',
    prefixes: Array.from('0123456789abcdef', (digit) => `SK${digit}`),
    body: 'hex',
    minLength: 31,
    atWordStart: true,
  },
  { name: 'telegram-token', prefixes: ['api.telegram.org/bot'], body: 'urlPart', minLength: 20 },
  { name: 'groq-key', prefixes: ['gsk_'], body: 'alphanumeric', minLength: 30 },
  { name: 'replicate-token', prefixes: ['r8_'], body: 'alphanumeric', minLength: 30, atWordStart: true },
  { name: 'supabase-key', prefixes: ['sbp_', 'sb_secret_'], body: 'word', minLength: 20, atWordStart: true },
  {
    name: 'planetscale-token',
    prefixes: ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'],
    body: 'base64url',
    minLength: 20,
  },
  { name: 'newrelic-key', prefixes: ['NRAK-', 'NRJS-', 'NRII-'], body: 'alphanumeric', minLength: 16 },
  { name: 'square-token', prefixes: ['sq0atp-', 'sq0csp-'], body: 'base64url', minLength: 16 },
  { name: 'tailscale-key', prefixes: ['tskey-'], body: 'base64url', minLength: 16 },
  { name: 'brevo-key', prefixes: ['xkeysib-', 'xsmtpsib-'], body: 'base64url', minLength: 30 },
  { name: 'rubygems-key', prefixes: ['rubygems_'], body: 'hex', minLength: 30 },
  { name: 'bitbucket-token', prefixes: ['ATBB'], body: 'alphanumeric', minLength: 28 },
  {
    name: 'kubernetes-token',
    prefixes: ['base64url.bearer.authorization.k8s.io.'],
    body: 'base64url',
    minLength: 4,
  },
  { name: 'password-hash', prefixes: ['$2a$', '$2b$', '$2y$'], body: 'crypt', minLength: 50 },
  { name: 'password-hash', prefixes: ['$argon2'], body: 'crypt', minLength: 40 },
  // Platforms that services run on or are built with.
  {
    name: 'platform-token',
    prefixes: words('nfp_ napi_ bkua_ sqp_ squ_ sqa_ AKCp8 phx_ phs_ pul- apify_api_'),
    body: 'alphanumeric',
    minLength: 30,
  },
  {
    name: 'platform-token',
    prefixes: words(`
      HRKU- mdb_sa_sk_ .atlasv1. CCIPAT_ fo1_ CFPAT- xaat- xapt- polar_oat_ polar_pat_ duffel_live_ duffel_test_
      FLWSECK- FLWSECK_TEST-
    `),
    body: 'base64url',
    minLength: 30,
  },
  { name: 'platform-token', prefixes: words('fm2_ fm1a_ fm1r_ ops_eyJ'), body: 'base64', minLength: 30 },
  { name: 'platform-token', prefixes: ['cmVmdGtu'], body: 'base64', minLength: 40 },
  {
    name: 'platform-token',
    prefixes: ['rnd_', 'tr_prod_', 'tr_dev_'],
    body: 'alphanumeric',
    minLength: 20,
    atWordStart: true,
  },
  // Source: https://developers.cloudflare.com/fundamentals/api/get-started/token-formats
  { name: 'cloudflare-token', prefixes: ['cfut_', 'cfat_', 'cfk_'], body: 'alphanumeric', minLength: 40 },
  // Source: https://vercel.com/changelog/new-token-formats-and-secret-scanning
  {
    name: 'vercel-token',
    prefixes: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'],
    body: 'base64url',
    minLength: 40,
    atWordStart: true,
  },
  { name: 'vercel-token', prefixes: ['vercel_blob_rw_'], body: 'word', minLength: 30 },
  // Snyk's tokens, passwords of databases at Aiven, keys of Paddle, Klaviyo and EasyPost.
  { name: 'platform-token', prefixes: ['snyk_uat.', 'snyk_sat.'], body: 'token68', minLength: 30 },
  { name: 'platform-token', prefixes: ['AVNS_'], body: 'base64url', minLength: 16 },
  {
    name: 'platform-token',
    prefixes: ['pdl_live_apikey_', 'pdl_sdbx_apikey_'],
    body: 'word',
    minLength: 30,
  },
  { name: 'platform-token', prefixes: ['pk_'], body: 'hex', minLength: 34, atWordStart: true },
  {
    name: 'platform-token',
    prefixes: ['EZAK', 'EZTK'],
    body: 'alphanumeric',
    minLength: 50,
    atWordStart: true,
  },
  {
    name: 'dynatrace-token',
    prefixes: ['dt0c01.', 'dt0s01.', 'dt0s02.', 'dt0s16.'],
    body: 'token68',
    minLength: 40,
  },
  {
    name: 'hubspot-token',
    prefixes: ['pat-na1-', 'pat-na2-', 'pat-na3-', 'pat-eu1-', 'pat-ap1-', 'pat-ca1-'],
    body: 'base64url',
    minLength: 30,
  },
  {
    name: 'plaid-token',
    prefixes: ['access-sandbox-', 'access-production-', 'access-development-'],
    body: 'base64url',
    minLength: 30,
  },
  { name: 'mailgun-key', prefixes: ['key-'], body: 'hex', minLength: 32, atWordStart: true },
  { name: 'paypal-token', prefixes: ['A21AA'], body: 'base64url', minLength: 60, atWordStart: true },
  { name: 'square-token', prefixes: ['EAAA'], body: 'base64url', minLength: 56, atWordStart: true },
  { name: 'facebook-token', prefixes: ['EAA'], body: 'alphanumeric', minLength: 100, atWordStart: true },
  { name: 'dropbox-token', prefixes: ['sl.u.', 'sl.'], body: 'base64url', minLength: 100, atWordStart: true },
  // Cookies of ASP.NET: what its data protection writes.
  { name: 'aspnet-cookie', prefixes: ['CfDJ8'], body: 'base64url', minLength: 60 },
  // Private keys as the data of a Kubernetes Secret and a kubeconfig have them: base64 of `-----BEGIN … PRIVATE KEY`.
  {
    name: 'private-key',
    prefixes: [
      'LS0tLS1CRUdJTiBQUklWQVRF',
      'LS0tLS1CRUdJTiBSU0Eg',
      'LS0tLS1CRUdJTiBFQyBQ',
      'LS0tLS1CRUdJTiBPUEVOU1NI',
      'LS0tLS1CRUdJTiBFTkNSWVBU',
    ],
    body: 'base64',
    minLength: 20,
  },
  { name: 'age-key', prefixes: ['AGE-SECRET-KEY-1'], body: 'alphanumeric', minLength: 30 },
];

/** A prefix is looked for by its beginning: enough to be rare, and the table stays small. */
const MAX_ANCHOR_LENGTH = 5;
/** These begin as words do that logs are full of. */
const BEGINS_AS_WORD = /^(?:access|discord|github|hooks|outlook)/;
const MAX_WORD_ANCHOR_LENGTH = 7;
/** No word begins so: four characters are rare enough. */
const BEGINS_AS_NO_WORD =
  /^(?:gl|pat-|nvap|tvly|jina|cfut|cfat|crsr|cfpa|apif|snyk|avns|flws|xaat|xapt|pola|duff)/i;
const MAX_RARE_ANCHOR_LENGTH = 4;

function anchorLength(prefix: string): number {
  if (BEGINS_AS_WORD.test(prefix)) return MAX_WORD_ANCHOR_LENGTH;
  return BEGINS_AS_NO_WORD.test(prefix) ? MAX_RARE_ANCHOR_LENGTH : MAX_ANCHOR_LENGTH;
}

/** @param rule built in or a caller's; the beginnings of its prefixes become the anchors */
export function compileTokenRule({ name, prefixes, body, minLength, atWordStart }: TokenRule): TextRule {
  const bodySet = CHARACTER_SETS[body];
  const anchors = prefixes.map((prefix) => prefix.slice(0, anchorLength(prefix)).replaceAll(/\d/g, '#'));
  return {
    name,
    // Where one of them begins another, the short one is met first, and asks for the place.
    anchors: [...new Set(anchors)].filter(
      (anchor, _index, all) => !all.some((other) => other !== anchor && anchor.startsWith(other)),
    ),
    find(text, from) {
      // On a near miss another prefix may begin inside this one: `AKIAKIA…`.
      const prefix = prefixes.find((candidate) => text.startsWith(candidate, from));
      if (prefix === undefined) return from + 1;
      const to = from + prefix.length;
      // A run too short costs at most `minLength` steps, so asking at every anchor stays linear.
      if (atWordStart === true && from > 0 && isWordCharacter(text, from - 1)) return from + 1;
      const bodyEnd = runEnd(text, to, bodySet, Math.min(text.length, to + minLength));
      if (bodyEnd - to < minLength) return from + 1;
      return { from, to: runEnd(text, bodyEnd, bodySet) };
    },
  };
}

/** The two digits of a URL's escape are no part of a word: `%22sk-…`. */
function isWordCharacter(text: string, at: number): boolean {
  if (text[at - 2] === '%') return false;
  return CHARACTER_SETS.base64url[text.charCodeAt(at)] === 1;
}
