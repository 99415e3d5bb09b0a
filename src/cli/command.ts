/**
 * What a command of the command line is, and how one speaks: results to stdout, everything else to stderr, mistakes as one
 * plain sentence that says what happened and what to do, and an exit code: 0 done, 1 found something wrong, 2 not understood.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { fail, ok, type Result } from '$lib/domain/index.ts';

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Everything that `--help` says below the summary. */
  readonly usage: string;
  run(args: readonly string[]): Promise<number>;
}

export const EXIT_OK = 0;
export const EXIT_WRONG = 1;
export const EXIT_USAGE = 2;

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const complain = (line: string): void => void process.stderr.write(`${line}\n`);

type Options = NonNullable<ParseArgsConfig['options']>;
export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** Strict: an option that a command does not know is a mistake of the person, and said so. */
export function parse(args: readonly string[], options: Options): Result<Parsed, string> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return ok({ values, positionals });
  } catch (error) {
    return fail(error instanceof Error ? error.message.replace(/\. To specify .*/s, '.') : String(error));
  }
}

/** A whole number inside a range, out of an option's text. */
export function integer(text: string, low: number, high: number): Result<number, string> {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return ok(value);
  return fail(`"${text}" is not a whole number from ${low} to ${high}`);
}
