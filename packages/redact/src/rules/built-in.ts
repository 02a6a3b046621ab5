import { createAssignmentRule } from './assignment.ts';
import { basicRule, bearerRule, mailLoginRule } from './authorization.ts';
import { cardNumberRule } from './card-number.ts';
import { commandLineRule } from './command-line.ts';
import { compileFinderRule } from './finder.ts';
import { createFormPartRule } from './form-part.ts';
import { jwkRule } from './jwk.ts';
import { jwtRule } from './jwt.ts';
import { emailRule, ipAddressRule } from './personal.ts';
import { privateKeyRule, puttyKeyRule } from './private-key.ts';
import { createReportedValueRule } from './reported-value.ts';
import { shapedTokenRules } from './shaped-token.ts';
import { sqlPasswordRule } from './sql-password.ts';
import { TOKEN_RULES, compileTokenRule } from './tokens.ts';
import { bareLoginRule, driverLoginRule, oracleLoginRule, urlCredentialsRule } from './url-credentials.ts';
import { isSecret } from '../keys.ts';
import type { Counters } from '../counters.ts';
import type { KeyClassifier } from '../keys.ts';
import type { ResolvedRedactOptions } from '../options.ts';
import type { FinderRule, TextRule, TokenRule } from '../rule.ts';

/**
 * All rules for text, in order of precedence. Built-in and custom ones go through the same door.
 *
 * @param keyAnchors literals by which the caller's own key names are found in text
 * @param failures where those of the caller's finders are counted
 */
export function textRules(
  { rules, email, ipAddress }: Pick<ResolvedRedactOptions, 'rules' | 'email' | 'ipAddress'>,
  classify: KeyClassifier,
  keyAnchors: readonly string[],
  failures: Counters,
): TextRule[] {
  const custom: readonly (TokenRule | FinderRule)[] = rules;
  const isSecretName = (name: string): boolean => isSecret(classify(name));
  return [
    createReportedValueRule(isSecretName),
    createFormPartRule(isSecretName),
    sqlPasswordRule,
    createAssignmentRule(classify, keyAnchors),
    privateKeyRule,
    puttyKeyRule,
    ...[...TOKEN_RULES, ...custom].map((rule) =>
      'find' in rule ? compileFinderRule(rule, failures.cell(rule.name)) : compileTokenRule(rule),
    ),
    ...shapedTokenRules,
    jwtRule,
    jwkRule,
    bearerRule,
    basicRule,
    mailLoginRule,
    urlCredentialsRule,
    oracleLoginRule,
    driverLoginRule,
    bareLoginRule,
    commandLineRule,
    cardNumberRule,
    ...(email ? [emailRule] : []),
    ...(ipAddress ? [ipAddressRule] : []),
  ];
}
