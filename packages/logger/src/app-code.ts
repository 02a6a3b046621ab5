import { SightlineError } from '@sightline/errors';
import { ownData } from '@sightline/redact';
import type { Redactor } from '@sightline/redact';
import { isError } from './errors.ts';

/** Runs what the app gave the logger: what it throws must not come back to the app out of a log call. */
export interface AppCode {
  /**
   * @param option the option that the code is from, as its user writes it: `formatters.log`
   * @returns what it returns, or `otherwise` when it throws; the first time, the process is warned
   */
  run<Result>(option: string, code: () => Result, otherwise: Result): Result;
  /** A call had arguments that its text has no places for, so that they are not in the line: warns of the first few such texts. */
  leftOut(text: string): void;
  /** A stream threw: counts the line that it did not take; the first time, the process is warned. */
  streamThrew(error: unknown): void;
  /** Lines that no stream took, because it threw. */
  lost(): number;
}

export interface AppCodeSetup {
  readonly redactor: Redactor;
  readonly onProblem: (problem: SightlineError) => void;
}

/** Longest text of an error that a warning shows. */
const MAX_REASON_LENGTH = 200;
/** Texts with arguments left out that are told of, and how much of each is shown. */
const MAX_TEXTS = 5;
const MAX_TEXT_LENGTH = 80;
/** More than that is looked at: what is cut off may be what makes a secret known, as the host behind a login. */
const MAX_LOOKED_AT = 1024;

export function createAppCode({ redactor, onProblem }: AppCodeSetup): AppCode {
  const told = new Set<string>();
  const texts = new Set<string>();
  let lost = 0;

  function tellOnce(option: string, error: unknown, problem: (reason: string) => SightlineError): void {
    if (told.has(option)) return;
    told.add(option);
    onProblem(problem(reasonOf(redactor, error)));
  }

  return {
    run(option, code, otherwise) {
      try {
        return code();
      } catch (error) {
        tellOnce(option, error, (reason) => hookThrew(option, reason));
        return otherwise;
      }
    },
    leftOut(text) {
      if (texts.size >= MAX_TEXTS) return;
      const shown = redactor.text(text.slice(0, MAX_LOOKED_AT)).slice(0, MAX_TEXT_LENGTH);
      if (texts.has(shown)) return;
      texts.add(shown);
      onProblem(argumentsLeftOut(shown));
    },
    streamThrew(error) {
      lost += 1;
      tellOnce('', error, destinationThrew);
    },
    lost: () => lost,
  };
}

function argumentsLeftOut(text: string): SightlineError {
  return new SightlineError('SIGHTLINE_LOG_ARGUMENTS', {
    problem: `a log call with the text ${JSON.stringify(text)} had arguments that are not in the line`,
    expected:
      'a place in the text for each of them (%s, %d, %o), as pino takes them, or fields in front of it',
    fix: "write log.info({ orderId }, 'order placed') and not log.info('order placed', { orderId })",
  });
}

function hookThrew(option: string, reason: string): SightlineError {
  return new SightlineError('SIGHTLINE_OPTIONS', {
    problem: `createLogger: ${option} threw ${reason}`,
    expected: 'a function that does not throw',
    fix: 'correct it; the lines go out without what it would have done, and this is said once',
  });
}

function destinationThrew(reason: string): SightlineError {
  return new SightlineError('SIGHTLINE_DESTINATION', {
    problem: `the log destination, or hooks.streamWrite, threw ${reason}`,
    expected: 'a stream that takes every line',
    fix: 'correct it; the lines that it did not take are in stats().lost, and this is said once',
  });
}

function reasonOf(redactor: Redactor, error: unknown): string {
  if (!isError(error)) return 'something that is no error';
  const { name, message } = { name: ownData(error, 'name', true), message: ownData(error, 'message', true) };
  const text = `${typeof name === 'string' ? name : 'Error'}: ${typeof message === 'string' ? message : ''}`;
  return redactor.text(text).slice(0, MAX_REASON_LENGTH);
}
