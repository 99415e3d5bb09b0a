/** The protocol note's test vectors as bytes. Length and sum come from the fixture, never from the code under test. */
import { readFileSync } from 'node:fs';

export interface Vector {
  readonly name: string;
  readonly isLast: boolean;
  readonly body: string;
  readonly bytes: Uint8Array;
}

const file = new URL('../../fixtures/pump-bbraun-bcc/vectors.txt', import.meta.url);

export const VECTORS: readonly Vector[] = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', which, length, sum, ...rest] = line.split(' ; ');
    const body = rest.join(' ; ').replaceAll('|', '\u001e');
    const marker = which === 'last' ? '\u0003' : '\u0017';
    const bytes = new TextEncoder().encode(`\u0001${length}\u0002${body}${marker}${sum}\u0004`);
    return { name, isLast: which === 'last', body, bytes };
  });

export function vector(name: string): Vector {
  const found = VECTORS.find((each) => each.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  return found;
}
