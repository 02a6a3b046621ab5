import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('commandLineRule', () => {
  it.each([
    ['curl -u admin:abc https://h', 'curl -u admin:[REDACTED] https://h'],
    ['curl --user "admin:a b" https://h', 'curl --user "admin:[REDACTED]" https://h'],
    [
      'curl -uadmin:abc --proxy-user p:def https://h',
      'curl -uadmin:[REDACTED] --proxy-user p:[REDACTED] https://h',
    ],
    ['curl -u sk_abc: https://h', 'curl -u [REDACTED]: https://h'],
    ['mysql -uroot -pabc db', 'mysql -uroot -p[REDACTED] db'],
    ["mysqldump -p'a b' db", "mysqldump -p'[REDACTED]' db"],
    ['docker login -u bob -p abc registry', 'docker login -u bob -p [REDACTED] registry'],
    ['sshpass -p abc ssh u@h', 'sshpass -p [REDACTED] ssh u@h'],
    ['redis-cli -h x -a abc ping', 'redis-cli -h x -a [REDACTED] ping'],
    ['ldapsearch -x -w abc', 'ldapsearch -x -w [REDACTED]'],
    ['http -a bob:abc GET x', 'http -a bob:[REDACTED] GET x'],
    ['smbclient -U bob%abc //h', 'smbclient -U bob%[REDACTED] //h'],
  ])('censors short flags: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    'docker run -u 1000:1000 -p 80:80 image',
    'docker run --name mysql -p 3306:3306 mysql',
    'ssh -p 22 host',
    'mkdir -p /a/b',
    'curl -u bob https://h',
    'ps -aux | grep -w x',
    'tar -a -w -u -p',
  ])('leaves %j as it is', (input) => {
    expect(text(input)).toBe(input);
  });
});
