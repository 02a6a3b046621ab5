import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';
import { TOKEN_RULES } from './tokens.ts';

/** Beginnings, and from how many more characters on a token is found. */
const LEAST = `
  AKIA ASIA ABIA ACCA 16
  ghp_ gho_ ghu_ ghs_ ghr_ 16
  github_pat_ 20
  glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glwt- glagent- gloas- glsoat- glffct- GR1348941 16
  IQoJb3JpZ2lu FwoGZXIvYXdz 40
  ABSKQmVkcm9ja bedrock-api-key- 30
  LTAI 16
  AKID 28
  AQVN 35
  1//0 4/0A 40
  xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxc- xoxd- xoxe. xapp- xwfp- 10
  hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/ 10
  discord.com/api/webhooks/ discordapp.com/api/webhooks/ outlook.office.com/webhook/ 10
  discord.com/api/v9/webhooks/ discord.com/api/v10/webhooks/ 10
  discord.com/api/v9/interactions/ discord.com/api/v10/interactions/ 10
  /IncomingWebhook/ %2FIncomingWebhook%2F 30
  hooks.slack.com%2Fservices%2F hooks.slack.com%2Fworkflows%2F hooks.slack.com%2Ftriggers%2F 10
  discord.com%2Fapi%2Fwebhooks%2F discordapp.com%2Fapi%2Fwebhooks%2F outlook.office.com%2Fwebhook%2F 10
  sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_ whsec_ 10
  sk_org_ 20
  _secret_ 16
  npm_ 20
  pypi-AgE 20
  AIza 30
  AQ. 40
  ya29. GOCSPX- 16
  sk-proj- sk-svcacct- sk-admin- sk-ant- 16
  sk- 32
  sk-or-v1- sk-lf- pplx- lsv2_pt_ lsv2_sk_ pcsk_ nvapi- tgp_v1_ tvly- 30
  xai- csk- jina_ 40
  fw_ 22
  sk_ 48
  fc- e2b_ crsr_ 32
  SG. 40
  shpat_ shpca_ shppa_ shpss_ shpua_ shptka_ 20
  dop_v1_ doo_v1_ dor_v1_ 32
  hvs. hvb. hvr. 20
  dckr_pat_ dckr_oat_ 16
  hf_ 30
  glsa_ glc_ 20
  sntrys_ sntryu_ 20
  dapi dose 32
  dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit. 20
  ATATT3 ATCTT3 20
  lin_api_ lin_oauth_ 20
  ntn_ 30
  secret_ 40
  figd_ 20
  PMAK- 30
  SK0 SK1 SK2 SK3 SK4 SK5 SK6 SK7 SK8 SK9 SKa SKb SKc SKd SKe SKf 31
  api.telegram.org/bot 20
  gsk_ 30
  r8_ 30
  sbp_ sb_secret_ 20
  pscale_tkn_ pscale_pw_ pscale_oauth_ 20
  NRAK- NRJS- NRII- 16
  sq0atp- sq0csp- 16
  tskey- 16
  xkeysib- xsmtpsib- 30
  rubygems_ 30
  ATBB 28
  base64url.bearer.authorization.k8s.io. 4
  $2a$ $2b$ $2y$ 50
  $argon2 40
  AGE-SECRET-KEY-1 30
  nfp_ napi_ bkua_ sqp_ squ_ sqa_ AKCp8 phx_ phs_ pul- apify_api_ 30
  HRKU- mdb_sa_sk_ .atlasv1. CCIPAT_ fo1_ CFPAT- xaat- xapt- polar_oat_ polar_pat_ duffel_live_ duffel_test_ 30
  FLWSECK- FLWSECK_TEST- fm2_ fm1a_ fm1r_ ops_eyJ 30
  rnd_ tr_prod_ tr_dev_ 20
  cfut_ cfat_ cfk_ 40
  vcp_ vci_ vca_ vcr_ vck_ 40
  vercel_blob_rw_ 30
  snyk_uat. snyk_sat. 30
  AVNS_ 16
  pdl_live_apikey_ pdl_sdbx_apikey_ 30
  pk_ 34
  EZAK EZTK 50
  cmVmdGtu 40
  dt0c01. dt0s01. dt0s02. dt0s16. 40
  pat-na1- pat-na2- pat-na3- pat-eu1- pat-ap1- pat-ca1- 30
  access-sandbox- access-production- access-development- 30
  key- 32
  A21AA 60
  EAAA 56
  EAA 100
  sl.u. sl. 100
  CfDJ8 60
  LS0tLS1CRUdJTiBQUklWQVRF LS0tLS1CRUdJTiBSU0Eg LS0tLS1CRUdJTiBFQyBQ LS0tLS1CRUdJTiBPUEVOU1NI LS0tLS1CRUdJTiBFTkNSWVBU 20
`;

const issued = LEAST.trim()
  .split('\n')
  .flatMap((line) => {
    const words = line.trim().split(' ');
    const least = Number(words.at(-1));
    return words.slice(0, -1).map((prefix) => ({ prefix, least }));
  });

describe('TOKEN_RULES', () => {
  const { text } = createRedactor();

  it.each(issued)('censor what begins with $prefix, from $least characters on', ({ prefix, least }) => {
    // Both letters and digits, as all of them take; an access key of AWS has no small letters.
    const body = (prefix.startsWith('A') && least === 16 ? 'A1' : 'a1').repeat(least).slice(0, least);
    expect(text(`see ${prefix}${body} there`)).toBe('see [REDACTED] there');
    expect(text(`see ${prefix}${body.slice(1)} there`)).not.toBe('see [REDACTED] there');
  });

  it('are for these beginnings and no others', () => {
    const known = TOKEN_RULES.flatMap(({ prefixes }) => prefixes);
    expect(issued.map(({ prefix }) => prefix).toSorted()).toEqual(known.toSorted());
  });
});
