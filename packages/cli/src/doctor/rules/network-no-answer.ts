import { networkRule, optionOf } from './network.ts';

export const networkNoAnswer = networkRule({
  code: 'network-no-answer',
  when: 'A server takes the connection, or not even that, and says nothing',
  failures: ['no-answer'],
  seen: 'does not answer',
  fix: ({ part }) =>
    `see whether it hangs (its log, its memory, its disk), and whether a firewall swallows what goes to it; or correct ${optionOf(part)}`,
});
