/** What `bin/lib` gives to its tests. It is plain JavaScript, because it runs before anything is installed or built. */

declare module '*/bin/lib/node-version.mjs' {
  export function refuseNode(version: string): string | undefined;
}

declare module '*/bin/lib/process.mjs' {
  export class SetUpFailure extends Error {
    readonly output: string;
    constructor(message: string, output?: string);
  }
}

declare module '*/bin/lib/lock.mjs' {
  export function withLock<T>(
    path: string,
    work: () => T | Promise<T>,
    options?: { onWait?: () => void; clock?: { now: () => number; pause: (ms: number) => Promise<void> } },
  ): Promise<T>;
}

declare module '*/bin/lib/install.mjs' {
  type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean }>;
  export function differences(locked: Packages, installed: Packages): string[];
  export function isInstalled(root: string): boolean;
  export function explain(result: { output: string; error?: { code?: string; message?: string } }): Error;
}

declare module '*/bin/lib/build.mjs' {
  export function fingerprint(root: string): string;
  export function isBuilt(root: string): boolean;
  export function build(root: string, make: (root: string) => Promise<void>): Promise<void>;
}

declare module '*/bin/lib/set-up.mjs' {
  export function ensureBuilt(root: string, build: (root: string) => Promise<void>): Promise<void>;
}

declare module '*/bin/lib/test-report.mjs' {
  export function countTests(report: unknown, isOk: boolean): { passed: number; failures: string[]; skipped: string[] };
}

declare module '*/bin/lib/system.mjs' {
  interface Program {
    label: string;
    packages: string[];
  }
  export function findProgram(name: string, path?: string): string | undefined;
  export function missingPrograms(path?: string): Program[];
  export function adviceOn(program: Program): string;
}

declare module '*/bin/lib/check.mjs' {
  export function chooseSteps(args: readonly string[]): { steps?: { name: string }[]; mistake?: string };
}

declare module '*/bin/lib/mutation.mjs' {
  export function chooseFiles(
    args: readonly string[],
    root?: string,
  ): { files?: string[]; jobs?: string; isReport?: boolean; mistake?: string };
  export function testsOf(file: string, root?: string): string[] | undefined;
}

declare module '*/bin/lib/mutation-report.mjs' {
  interface Mutant {
    status: string;
    mutatorName: string;
    location: { start: { line: number } };
  }
  interface Result {
    files: Record<string, { mutants: Mutant[] }>;
  }
  interface Counts {
    killed: number;
    timeout: number;
    survived: number;
    noCoverage: number;
    ignored: number;
    detected: number;
    valid: number;
  }
  export function countsOf(results: readonly Result[]): Counts;
  export function scoreOf(counts: Pick<Counts, 'detected' | 'valid'>): number;
  export function isPassed(counts: Counts): boolean;
  export function markdownOf(results: readonly Result[], rooms: readonly string[], versions: string): string;
}
