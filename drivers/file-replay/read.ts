/** Which reader a recording is for, by its first file; that one names the others. */
import { fail, ok, type Result } from '$lib/domain/index.ts';
import { asPatient, type RecordedPatient } from './patient.ts';
import { LONGEST_RECORDING_MS, type Recording, type RecordingFile } from './recording.ts';
import { readTheatre, tablesOf } from './theatre/reader.ts';
import { readVital } from './vital/reader.ts';
import { readWfdb, signalFilesOf } from './wfdb/reader.ts';

/** Files that stand beside this one and belong to it; a name with a way to another directory is none. */
export function companionsOf(name: string, bytes: Uint8Array): readonly string[] {
  const named = name.endsWith('.hea') ? signalFilesOf(bytes) : name.endsWith('.json') ? tablesOf(bytes) : [];
  return named.filter((file) => /^[\w-][\w.-]*$/.test(file));
}

/** @param files the configured one first. The error is a plain sentence that names the file. */
export function readRecording(files: readonly RecordingFile[]): Result<RecordedPatient, string> {
  const [first, ...others] = files;
  if (!first) return fail('There is no recording.');
  const recording = readFirst(first, others);
  if (!recording.ok) return recording;
  if (recording.value.durationMs > LONGEST_RECORDING_MS)
    return fail(`${first.name} claims to last longer than a month.`);
  const patient = asPatient(recording.value);
  const isEmpty = patient.waves.length + patient.numerics.length + patient.cuff.length === 0;
  return isEmpty ? fail(`${first.name} has no track that the station knows.`) : ok(patient);
}

function readFirst(first: RecordingFile, others: readonly RecordingFile[]): Result<Recording, string> {
  if (first.name.endsWith('.vital')) return readVital(first);
  if (first.name.endsWith('.hea')) return readWfdb(first, others);
  if (first.name.endsWith('.json')) return readTheatre(first, others);
  return fail(
    `${first.name} is none of the recordings that are read: a .vital file, the .hea of a WFDB record, or the meta.json of tables.`,
  );
}
