import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLines, captureWarnings } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';

const MINUTE_MS = 60_000;

describe('levels', () => {
  let warnings: string[];
  const captured = captureLines();
  const logger = (options?: LoggerOptions) => createLogger(options, captured.stream);
  beforeEach(() => {
    for (const name of ['LOG_LEVEL', 'SIGHTLINE_STRICT']) vi.stubEnv(name, undefined);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    warnings = captureWarnings();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  describe('from LOG_LEVEL', () => {
    it.each<{ text: string; options?: LoggerOptions; levels: Record<string, string> }>([
      { text: 'warn', levels: { '': 'warn' } },
      { text: ' WARN ', levels: { '': 'warn' } },
      { text: 'info,db=debug,http=warn', levels: { '': 'info', db: 'debug', http: 'warn' } },
      { text: 'db = debug , error', levels: { '': 'error', db: 'debug' } },
      { text: 'db=silent', levels: { '': 'info', db: 'silent' } },
      { text: '', levels: { '': 'info' } },
      {
        text: 'debug,db=debug',
        options: { level: 'error', levels: { db: 'warn' } },
        levels: { '': 'error', db: 'warn' },
      },
      { text: 'notice', options: { customLevels: { notice: 35 } }, levels: { '': 'notice' } },
      { text: 'Loud', options: { customLevels: { Loud: 45 } }, levels: { '': 'Loud' } },
      {
        text: '__proto__=debug,constructor=warn',
        levels: { '': 'info', ['__proto__']: 'debug', constructor: 'warn' },
      },
    ])('takes $text, and code beats it', ({ text, options, levels }) => {
      vi.stubEnv('LOG_LEVEL', text);
      const log = logger(options);
      expect(Object.entries(log.levelsInForce())).toEqual(Object.entries(levels));
      expect(log.level).toBe(levels['']);
      const modules = Object.entries(levels).filter(([module]) => module !== '');
      expect(modules.map(([module]) => [module, log.child({ module }).level])).toEqual(modules);
      expect(warnings).toEqual([]);
    });

    it.each(['loud', 'info,db=loud', 'info,', '=debug', 'db=', 'info;db=debug', 'info db=debug'])(
      'takes nothing of %j, warns of it and of other options at once, and strictly refuses it',
      (text) => {
        vi.stubEnv('LOG_LEVEL', text);
        expect(logger({ crlf: 'yes' } as never).levelsInForce()).toEqual({ '': 'info' });
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toContain('LOG_LEVEL');
        expect(warnings[0]).toContain('crlf');
        expect(warnings[0]).toContain('trace, debug, info, warn, error, fatal, silent');
        vi.stubEnv('SIGHTLINE_STRICT', 'true');
        expect(() => logger()).toThrow(expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }));
      },
    );
  });

  describe('of modules', () => {
    it('hold for children of that name and their children, and not for others', () => {
      const log = logger({ levels: { db: 'debug', http: 'error' } });
      const db = log.child({ module: 'db' });
      expect(
        [
          db,
          db.child({ query: 1 }),
          db.child({ module: 'http' }),
          log.child({}),
          log.child({ module: 'x' }),
        ].map(({ level }) => level),
      ).toEqual(['debug', 'debug', 'error', 'info', 'info']);
      expect(db.isLevelEnabled('debug')).toBe(true);
      db.debug('from db');
      expect(captured.last()).toMatchObject({ level: 'debug', module: 'db', msg: 'from db' });
    });

    it("stay when the logger's own level changes, and children without one follow it", () => {
      const log = logger({ levels: { db: 'info' } });
      const [db, other, own] = [
        log.child({ module: 'db' }),
        log.child({ module: 'x' }),
        log.child({}, { level: 'warn' }),
      ];
      log.level = 'trace';
      expect([db.level, other.level, own.level]).toEqual(['info', 'trace', 'warn']);
      expect(other.isLevelEnabled('trace')).toBe(true);
    });

    it('give way to a level that the child is made with, though a change at run time does not', () => {
      const log = logger({ levels: { db: 'warn' } });
      const options = { level: 'debug' };
      const db = log.child({ module: 'db' }, options);
      expect(db.level).toBe('debug');
      const back = log.setLevel('error', { module: 'db' });
      expect([db.level, log.child({ module: 'db' }, options).level]).toEqual(['error', 'error']);
      back();
      expect([db.level, log.child({ module: 'db' }).level]).toEqual(['debug', 'warn']);
    });

    it('leave a child alone whose own levels have no such name', () => {
      const log = logger({ customLevels: { notice: 35 }, levels: { db: 'notice' } });
      expect(log.child({ module: 'db' }, { customLevels: { extra: 37 } }).level).toBe('info');
      expect(log.child({ module: 'db' }).level).toBe('notice');
    });
  });

  describe('set at run time', () => {
    it('hold for 15 minutes unless told otherwise, for the logger', () => {
      const log = logger();
      log.setLevel('debug');
      vi.advanceTimersByTime(15 * MINUTE_MS - 1);
      expect([log.level, log.levelsInForce()]).toEqual(['debug', { '': 'debug' }]);
      vi.advanceTimersByTime(1);
      expect([log.level, log.levelsInForce()]).toEqual(['info', { '': 'info' }]);
    });

    it('go back to the level that the app had set meanwhile', () => {
      const log = logger();
      log.level = 'warn';
      log.setLevel('debug', { ttlMs: 10 });
      log.setLevel('trace', { ttlMs: 20 });
      vi.advanceTimersByTime(20);
      expect(log.level).toBe('warn');
    });

    it('hold for children of a module that were there and for new ones, and all go back', () => {
      const log = logger({ levels: { db: 'warn' } });
      const before = log.child({ module: 'db' });
      log.setLevel('trace', { module: 'db', ttlMs: 1000 });
      const during = log.child({ module: 'db' });
      expect([before.level, during.level, log.level]).toEqual(['trace', 'trace', 'info']);
      expect(log.levelsInForce()).toEqual({ '': 'info', db: 'trace' });
      vi.advanceTimersByTime(1000);
      expect([before.level, during.level, log.child({ module: 'db' }).level]).toEqual([
        'warn',
        'warn',
        'warn',
      ]);
      expect(log.levelsInForce()).toEqual({ '': 'info', db: 'warn' });
    });

    it('leave no trace on a module without a level: its children follow their parents again', () => {
      const log = logger();
      const parent = log.child({}, { level: 'error' });
      const [cache, other] = [log.child({ module: 'cache' }), parent.child({ module: 'cache' })];
      log.setLevel('debug', { module: 'cache' })();
      expect([cache.level, other.level, log.levelsInForce()]).toEqual(['info', 'error', { '': 'info' }]);
      log.level = 'trace';
      expect([cache.level, other.level, cache.isLevelEnabled('trace')]).toEqual(['trace', 'error', true]);
    });

    it.each(['constructor', '__proto__', 'toString', ''])('work for a module that is called %j', (module) => {
      const log = logger();
      const child = log.child({ module });
      log.setLevel('debug', { module, ttlMs: 5 });
      expect(child.level).toBe('debug');
      vi.advanceTimersByTime(5);
      expect(child.level).toBe('info');
    });

    it('replace an earlier change, whose time and whose way back are void', () => {
      const log = logger();
      const back = log.setLevel('debug', { ttlMs: 10 });
      const newer = log.setLevel('trace', { ttlMs: 100 });
      back();
      vi.advanceTimersByTime(10);
      expect(log.level).toBe('trace');
      newer();
      newer();
      expect([log.level, vi.getTimerCount()]).toEqual(['info', 0]);
    });

    it('hold for ever with Infinity, without a timer', () => {
      const log = logger();
      const back = log.setLevel('debug', { ttlMs: Infinity });
      expect([log.level, vi.getTimerCount()]).toEqual(['debug', 0]);
      back();
      expect(log.level).toBe('info');
    });

    it('hold for 60 days, which is more than a timer takes', () => {
      const log = logger();
      const dayMs = 24 * 60 * MINUTE_MS;
      log.setLevel('debug', { ttlMs: 60 * dayMs });
      vi.advanceTimersByTime(60 * dayMs - 1);
      expect(log.level).toBe('debug');
      vi.advanceTimersByTime(1);
      expect([log.level, vi.getTimerCount()]).toEqual(['info', 0]);
    });

    it('are taken back when the logger closes, and keep no process alive', async () => {
      vi.useRealTimers();
      const timeout = vi.spyOn(globalThis, 'setTimeout');
      const log = logger({ levels: { db: 'warn' } });
      const db = log.child({ module: 'db' });
      log.setLevel('debug');
      log.setLevel('debug', { module: 'db' });
      expect(timeout.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([
        false,
        false,
      ]);
      await log.close();
      expect([log.level, db.level]).toEqual(['info', 'warn']);
    });

    it.each([
      ['loud', {}],
      [undefined, {}],
      [30, {}],
      ['debug', { ttlMs: 0 }],
      ['debug', { ttlMs: -1 }],
      ['debug', { ttlMs: Number.NaN }],
      ['debug', { ttlMs: '1000' }],
    ])('refuse %j with %j by code, and change nothing', (level, change: object) => {
      const log = logger();
      expect(() => log.setLevel(level as string, change)).toThrow(
        expect.objectContaining({ code: 'SIGHTLINE_LOGGER_MODULE_LEVEL' }),
      );
      expect([log.level, vi.getTimerCount()]).toEqual(['info', 0]);
    });

    it('tell listeners of level-change, and outlive one that throws when the time is over', () => {
      const log = logger();
      const child = log.child({ module: 'db' });
      const heard: unknown[] = [];
      log.on('level-change', (level, _number, before, _old, instance) =>
        heard.push([level, before, instance === child]),
      );
      log.setLevel('debug', { ttlMs: 5 });
      log.setLevel('trace', { ttlMs: 6, module: 'db' });
      vi.advanceTimersByTime(6);
      expect(heard).toEqual([
        ['debug', 'info', false],
        ['trace', 'debug', true],
        ['info', 'debug', false],
        ['info', 'trace', true],
      ]);
      log.on('level-change', (level) => {
        if (level === 'info') throw new Error('listener');
      });
      log.setLevel('error', { ttlMs: 5 });
      expect(() => vi.advanceTimersByTime(5)).not.toThrow();
      expect(log.level).toBe('info');
    });

    it('work from a child as from the logger', () => {
      const log = logger();
      log.child({ a: 1 }).setLevel('debug', { module: 'db' });
      expect(log.child({ module: 'db' }).level).toBe('debug');
    });
  });

  it('hold children of modules weakly, and forget those that are gone', () => {
    const registered: [target: object, held: object, forget: (held: object) => void][] = [];
    vi.stubGlobal(
      'WeakRef',
      class {
        readonly deref = (): undefined => undefined;
      },
    );
    vi.stubGlobal(
      'FinalizationRegistry',
      class {
        readonly forget: (held: object) => void;
        constructor(forget: (held: object) => void) {
          this.forget = forget;
        }
        register(target: object, held: object): void {
          registered.push([target, held, this.forget]);
        }
      },
    );
    const deletions = vi.spyOn(Set.prototype, 'delete');
    const log = logger();
    const children = Array.from({ length: 3 }, () => log.child({ module: 'db' }));
    vi.unstubAllGlobals();
    expect(registered.map(([target]) => target)).toEqual(children);
    log.setLevel('debug', { module: 'db' });
    expect(children.map(({ level }) => level)).toEqual(['info', 'info', 'info']);
    for (const [, held, forget] of registered) forget(held);
    const members = registered.map(([, held]) => (held as { member: object }).member);
    expect(deletions.mock.calls.flat()).toEqual(expect.arrayContaining(members));
    expect(new Set(members).size).toBe(3);
    expect(JSON.stringify(registered.map(([, held]) => held))).toBe(
      JSON.stringify(children.map(() => ({ module: 'db', member: { reference: {} } }))),
    );
  });

  it('are pino’s when none is given to custom levels alone: the least of them', () => {
    expect(logger({ customLevels: { high: 70, low: 5 }, useOnlyCustomLevels: true }).level).toBe('low');
    expect(logger({}).levels.values).toEqual(pino.levels.values);
  });
});
