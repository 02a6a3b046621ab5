import { networkRule, optionOf } from './network.ts';

export const networkNoRoute = networkRule({
  code: 'network-no-route',
  when: 'No network leads to an address',
  failures: ['no-route', 'failed'],
  seen: 'cannot be reached',
  fix: ({ part }) =>
    `check ${optionOf(part)}, the VPN and the firewall; IPv6 may be on in DNS and off on this machine`,
});
