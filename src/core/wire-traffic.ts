/** A device's byte account as the Devices page gets it. */
import type { DeviceId, MonotonicMs } from '$lib/domain/index.ts';
import type { Traffic as WireTraffic } from '$lib/realtime/index.ts';
import type { Traffic } from '$drivers/driver-event.ts';

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

export const wireTraffic = (device: DeviceId, at: MonotonicMs, traffic: Traffic): WireTraffic => ({
  device,
  at,
  bytesIn: traffic.bytesIn,
  bytesOut: traffic.bytesOut,
  frames: traffic.framesIn,
  messages: traffic.messages,
  noiseBytes: sum(traffic.noiseBytes),
  badSumBytes: traffic.noiseBytes['bad-sum'],
  undecodable: sum(traffic.undecodable),
  repeats: traffic.repeatedFrames,
  reopens: traffic.reopens,
  refusedSends: traffic.sendsRefused,
  lastFrames: traffic.recent.map(({ at: frameAt, byteCount, text }) => ({
    at: frameAt,
    bytes: byteCount,
    words: text,
  })),
});
