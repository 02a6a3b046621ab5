import { networkRule, optionOf } from './network.ts';

export const networkNameUnknown = networkRule({
  code: 'network-name-unknown',
  when: 'The host of an address has no entry in DNS',
  failures: ['unknown-name'],
  seen: 'has a name that nobody knows here',
  fix: ({ part, url }) =>
    `correct the host ${new URL(url).hostname} in ${optionOf(part)}; names of a compose file hold inside its network only`,
});
