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
    ...['curl -u', 'curl --user', 'curl -U', 'curl --proxy-user'].map(
      (command) => [command, 'bob:'] as const,
    ),
    ...['http -a', 'https -a', 'httpie -a'].map((command) => [command, 'bob:'] as const),
    ...['sshpass -p', 'docker login -p', 'mongosh -p', 'mongodump -p', 'mongorestore -p'].map(
      (command) => [command, ''] as const,
    ),
    ...['redis-cli -a', 'redis-benchmark -a'].map((command) => [command, ''] as const),
    ...['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapwhoami', 'ldapdelete'].map(
      (command) => [`${command} -w`, ''] as const,
    ),
    ...['smbclient -U', 'rpcclient -U'].map((command) => [command, 'bob%'] as const),
  ])('censors what %s is given: %sabc', (command, login) => {
    expect(text(`${command} ${login}abc x`)).toBe(`${command} ${login}[REDACTED] x`);
    expect(text(`${command}=${login}abc x`)).toBe(`${command}=${login}[REDACTED] x`);
    expect(text(`${command} '${login}a b' x`)).toBe(`${command} '${login}[REDACTED]' x`);
    for (const other of ['\n', ' | ', '; ']) {
      const apart = `${command.replace(/ -\S+$/, '')}${other}ls${/ -\S+$/.exec(command)?.[0]} ${login}abc x`;
      expect(text(apart)).toBe(apart);
    }
  });

  it.each(['mysql', 'mysqldump', 'mariadb'])(
    'censors what is glued to the -p of %s, and only that',
    (command) => {
      expect(text(`${command} -pabc x`)).toBe(`${command} -p[REDACTED] x`);
      expect(text(`${command} -p abc x`)).toBe(`${command} -p abc x`);
      expect(text(`${command} -p=abc x`)).toBe(`${command} -p=abc x`);
    },
  );

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
