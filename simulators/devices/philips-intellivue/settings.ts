/** What a simulated monitor is like, and what goes wrong with it. */
import type { DeviceOptions } from '$simulators/simulated-device.ts';

export interface MonitorSettings {
  /** Wall clock of simulated time 0, ms since 1970 without a zone: the setting `epochS` (2026-01-01), wrong by `clockOffsetS`. */
  readonly epochMs: number;
  /** Ticks of 1/8 ms that the monitor had counted at simulated time 0. */
  readonly startTicks: number;
  readonly hasArterialLine: boolean;
  /** Of an arterial line without a pulse it shows the mean pressure alone. */
  readonly meanAloneWithoutPulse: boolean;
  readonly hasCapnograph: boolean;
  /** It shows a demonstration instead of the patient, and says so. */
  readonly isDemo: boolean;
  /** Longest PDU that it agrees to. */
  readonly mtu: number;
  /** So many requests for an association are refused first. */
  readonly refusals: number;
  /** Presents itself after an association; false: forgets to. */
  readonly presents: boolean;
  /** A release before the client has answered the presentation is obeyed; real monitors ignore it. */
  readonly obeysEarlyRelease: boolean;
  readonly grantsWaves: boolean;
  /** Answers the list of waves and their poll with "access denied". */
  readonly deniesWaves: boolean;
  readonly abortsAtMs: readonly number[];
  readonly restartsAtMs: readonly number[];
  /** From then on the ECG comes in steps of 0.01 instead of 0.005 mV. */
  readonly coarseEcgFromMs: number;
  /** Every so many serial frames: one with a wrong sum, one that it aborts. */
  readonly badSumEvery: number;
  readonly abortFrameEvery: number;
  /** Every so many datagrams: one is lost, comes twice, or comes after its successor. */
  readonly loseEvery: number;
  readonly doubleEvery: number;
  readonly swapEvery: number;
}

const NEVER = Infinity;

export function readSettings({ settings }: DeviceOptions): MonitorSettings {
  const number = (key: string, usual: number): number => (typeof settings[key] === 'number' ? settings[key] : usual);
  const flag = (key: string, usual: boolean): boolean => (typeof settings[key] === 'boolean' ? settings[key] : usual);
  const times = (key: string): readonly number[] => {
    const value = settings[key];
    return Array.isArray(value) ? value.filter((each) => typeof each === 'number') : [];
  };
  return {
    epochMs: 1000 * (number('epochS', 1_767_225_600) + number('clockOffsetS', 0)),
    startTicks: number('startTicks', 2_000_000),
    hasArterialLine: flag('hasArterialLine', false),
    meanAloneWithoutPulse: flag('meanAloneWithoutPulse', false),
    hasCapnograph: flag('hasCapnograph', true),
    isDemo: flag('isDemo', false),
    mtu: number('mtu', 1364),
    refusals: number('refusals', 0),
    presents: flag('presents', true),
    obeysEarlyRelease: flag('obeysEarlyRelease', false),
    grantsWaves: flag('grantsWaves', true),
    deniesWaves: flag('deniesWaves', false),
    abortsAtMs: times('abortsAtMs'),
    restartsAtMs: times('restartsAtMs'),
    coarseEcgFromMs: number('coarseEcgFromMs', NEVER),
    badSumEvery: number('badSumEvery', NEVER),
    abortFrameEvery: number('abortFrameEvery', NEVER),
    loseEvery: number('loseEvery', NEVER),
    doubleEvery: number('doubleEvery', NEVER),
    swapEvery: number('swapEvery', NEVER),
  };
}
