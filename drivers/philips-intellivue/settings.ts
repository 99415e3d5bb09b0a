/**
 * The driver's own settings.
 *
 *   waveforms   names out of {@link ASKABLE}, in order of importance; without it lead II, pleth, ABP, CO2, respiration
 *   demoData    `true`: numbers of the monitor's demonstration count like measured ones
 *
 * The monitor gives at most three ECG leads, or the compound of three, and eight other waves.
 */
import { ABP, ART, CO2, COMPOUND_ECG, CVP, ECG_II, ICP, PAP, PLETH, RESPIRATION, WAVES } from './waves-table.ts';

const ASKABLE: ReadonlyMap<unknown, number> = new Map<string, number>([
  ['ecg', COMPOUND_ECG],
  ['ecg-I', 0x0101],
  ['ecg-II', ECG_II],
  ['ecg-III', 0x013d],
  ['ecg-aVR', 0x013e],
  ['ecg-aVL', 0x013f],
  ['ecg-aVF', 0x0140],
  ['ecg-V', 0x0143],
  ['pleth', PLETH],
  ['abp', ABP],
  ['art', ART],
  ['cvp', CVP],
  ['pap', PAP],
  ['icp', ICP],
  ['co2', CO2],
  ['respiration', RESPIRATION],
]);
const USUAL = ['ecg-II', 'pleth', 'abp', 'co2', 'respiration'];

const MAX_LEADS = 3;
const MAX_OTHERS = 8;

export interface Settings {
  /** Physio ids of the waves to ask for. */
  readonly waves: readonly number[];
  readonly acceptsDemo: boolean;
  /** A plain sentence when something that was asked for is not in the plan. */
  readonly remark?: string;
}

export function readSettings(settings: Readonly<Record<string, unknown>>): Settings {
  const acceptsDemo = settings['demoData'] === true;
  const { waveforms = USUAL } = settings;
  if (!Array.isArray(waveforms)) {
    const remark = 'The setting "waveforms" is not a list; the usual waveforms are asked for.';
    return { ...planWaves(USUAL), acceptsDemo, remark };
  }
  return { ...planWaves(waveforms), acceptsDemo };
}

function planWaves(names: readonly unknown[]): Pick<Settings, 'waves' | 'remark'> {
  const waves: number[] = [];
  const leftOut: string[] = [];
  for (const name of new Set(names)) {
    const id = ASKABLE.get(name);
    if (id !== undefined && fits(waves, id)) waves.push(id);
    else leftOut.push(typeof name === 'string' ? name : `(a ${typeof name})`);
  }
  if (leftOut.length === 0) return { waves };
  const limit = `unknown here, or beyond ${MAX_LEADS} leads or the compound ECG and ${MAX_OTHERS} others`;
  return { waves, remark: `Waveforms not asked for (${limit}): ${leftOut.join(', ')}.` };
}

function fits(waves: readonly number[], id: number): boolean {
  const isEcg = (wave: number): boolean => WAVES[wave]?.kind === 'ecg';
  if (!isEcg(id)) return waves.filter((wave) => !isEcg(wave)).length < MAX_OTHERS;
  const leads = waves.filter(isEcg);
  return id === COMPOUND_ECG ? leads.length === 0 : leads.length < MAX_LEADS && !leads.includes(COMPOUND_ECG);
}
