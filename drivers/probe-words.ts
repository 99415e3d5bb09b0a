/** What a probe found, in plain sentences: one for the whole, one for each driver that came into question. Pure. */
import type { AnyDriver, SerialSettings } from './driver.ts';
import type { Attempt, ProbeResult } from './port-probe.ts';
import type { Plan } from './probe-plan.ts';
import { goodShare, type Evidence } from './recognition.ts';

/** Settings as people write them: `19200 8E1 RTS/CTS`. */
export const lineText = ({ baudRate, dataBits, parity, stopBits, rtscts }: SerialSettings): string =>
  `${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}${rtscts ? ' RTS/CTS' : ''}`;

const at = ({ line }: Plan): string => (line ? ` at ${lineText(line)}` : '');

export const tryingText = (plan: Plan): string =>
  plan.asked ? `Asking as for ${plan.asked.label}${at(plan)} …` : `Listening${at(plan)} …`;

export function resultText({ outcome, found, attempts }: ProbeResult): string {
  if (found) return `This is ${found.evidence.driver.label}${at(found.plan)}: ${count(found.evidence)}.`;
  if (attempts.some(({ isEcho }) => isEcho))
    return 'Only our own questions come back: is there a loopback plug, or a cable without a device?';
  if (outcome === 'unrecognised')
    return `${sum(attempts)} bytes came, and no known protocol is in them. Save a capture of them: it is what a new driver is made from.`;
  return 'Nothing came, neither unasked nor as an answer. Is the device on, is its data output switched on, and is it the right cable?';
}

/** One sentence for each driver that was tried, in the order of the trials. */
export function candidateTexts({ attempts }: ProbeResult): readonly string[] {
  const drivers = new Set(attempts.flatMap(({ plan }) => plan.drivers));
  return [...drivers].map((driver) => `${driver.label}: ${candidateText(driver, attempts)}`);
}

function candidateText(driver: AnyDriver, attempts: readonly Attempt[]): string {
  const tries = attempts.filter(({ plan }) => plan.drivers.includes(driver));
  const best = tries
    .flatMap(({ plan, evidence }) => evidence.filter((one) => one.driver === driver).map((one) => ({ plan, one })))
    .reduce((a, b) => (goodShare(b.one) > goodShare(a.one) ? b : a));
  if (best.one.messages > 0) return `${count(best.one)}${at(best.plan)}.`;
  const asked = attempts.find(({ plan }) => plan.asked === driver);
  const ended = asked?.ended === undefined ? '' : ` (${asked.ended})`;
  const heard = sum(tries) > 0 ? `nothing of its protocol in ${sum(tries)} bytes` : 'nothing came';
  return `${heard}${asked ? `, asked and unasked${ended}` : ', not asked'}.`;
}

const count = (evidence: Evidence): string =>
  `${evidence.messages} ${evidence.messages === 1 ? 'message' : 'messages'}, ${Math.round(100 * goodShare(evidence))} % of the bytes understood`;

const sum = (attempts: readonly Attempt[]): number => attempts.reduce((bytes, { bytesIn }) => bytes + bytesIn, 0);
