/** Probes a port of this computer or an address on the network: for the station and for the command line. */
import { asyncScheduler, lastValueFrom, tap } from 'rxjs';
import { fail, ok, type Result } from '$lib/domain/index.ts';
import type { ProbeAnswer } from '$lib/bus/bus.ts';
import { LinkFailure, type Connect } from '$drivers/link.ts';
import { probe, type ProbeEvent, type ProbeResult } from '$drivers/port-probe.ts';
import { candidateTexts, resultText } from '$drivers/probe-words.ts';
import { DRIVERS } from '$drivers/registry.ts';
import { serialConnect } from '$drivers/transport/serial.server.ts';
import { tcpConnect } from '$drivers/transport/tcp.server.ts';
import type { LinkKind, SerialSettings } from '$drivers/driver.ts';
import type { StationClock } from './clock.ts';
import { COMMON_LINE, hostAndPort } from './links.ts';
import { otherUserOf } from './port-users.ts';

/** `10.0.0.21:4001` is an address; `/dev/ttyUSB0` and `COM3` are ports of this computer. */
export const kindOfPort = (port: string): Extract<LinkKind, 'serial' | 'tcp'> =>
  /^[^/\\]+:\d{1,5}$/.test(port) ? 'tcp' : 'serial';

/**
 * @param tell hears everything on the way.
 * @returns a plain sentence when the port is of no use: not there, in use, no permission, nobody listening.
 */
export async function probePort(
  port: string,
  clock: Pick<StationClock, 'now'>,
  tell: (event: ProbeEvent) => void,
): Promise<Result<ProbeResult, string>> {
  const link = kindOfPort(port);
  const user = link === 'serial' ? await otherUserOf(port) : undefined;
  if (user !== undefined) return fail(`Another program (process ${user}) is using ${port}: close it there first.`);
  const event$ = probe({
    drivers: DRIVERS,
    link,
    connect: connectTo(port),
    clock: () => clock.now(),
    scheduler: asyncScheduler,
  });
  try {
    const last = await lastValueFrom(event$.pipe(tap(tell)));
    if (last.kind !== 'done') throw new Error('a probe ended without a result');
    return ok(last.result);
  } catch (error) {
    if (error instanceof LinkFailure) return fail(error.message);
    throw error;
  }
}

const connectTo = (port: string): Connect =>
  kindOfPort(port) === 'tcp' ? tcpConnect(hostAndPort(port)) : serialConnect({ path: port, settings: COMMON_LINE });

/** For those who did not see it happen. */
export function probeAnswer(port: string, result: ProbeResult): ProbeAnswer {
  const { outcome, found } = result;
  const told = { port, outcome, sentence: resultText(result), candidates: candidateTexts(result) };
  if (!found) return told;
  const { evidence, plan } = found;
  const isOtherLine = plan.line !== undefined && !isSameLine(plan.line, evidence.driver.serial);
  return {
    ...told,
    driver: evidence.driver.id,
    link: kindOfPort(port),
    ...(plan.line && isOtherLine && { line: plan.line }),
  };
}

const isSameLine = (a: SerialSettings, b: SerialSettings | undefined): boolean =>
  b !== undefined && JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
