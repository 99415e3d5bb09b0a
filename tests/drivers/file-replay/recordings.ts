/** Recordings for tests: the two small ones that come with the project, and the large ones that may not be there. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { RecordedPatient } from '$drivers/file-replay/patient.ts';
import { companionsOf, readRecording } from '$drivers/file-replay/read.ts';
import type { RecordingFile } from '$drivers/file-replay/recording.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export const DEMO = join(root, 'tests/fixtures/vital/test_data_demo.vital');
export const INTELLIVUE_DEMO = join(root, 'tests/fixtures/vital/test_intellivue_demo1.vital');

const data = join(root, '../shared/data');
export const wfdb = (record: string): string => join(data, 'wfdb', `${record}.hea`);
export const THEATRE = join(data, 'intellivue-or-record/meta.json');
export const HAS_DATA = existsSync(THEATRE);
/** Ends the name of a test that needs them. */
export const NEEDS_DATA = HAS_DATA ? '' : ' (skipped: the large recordings are not beside this repository)';

/** Unpacked, as the link hands it over. */
function readWhole(path: string): RecordingFile {
  const bytes = new Uint8Array(readFileSync(path));
  return { name: basename(path), bytes: bytes[0] === 0x1f ? new Uint8Array(gunzipSync(bytes)) : bytes };
}

/** The recording's first file and those that belong to it. */
export function filesOf(path: string): readonly RecordingFile[] {
  const first = readWhole(path);
  const others = companionsOf(first.name, first.bytes).map((name) => readWhole(join(dirname(path), name)));
  return [first, ...others];
}

export const fileOf = (name: string, content: string | Uint8Array): RecordingFile => ({
  name,
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
});

export function patientOf(files: readonly RecordingFile[]): RecordedPatient {
  const read = readRecording(files);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

export function sentenceOf(files: readonly RecordingFile[]): string {
  const read = readRecording(files);
  return read.ok ? 'it could be read' : read.error;
}
