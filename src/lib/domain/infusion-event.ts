import type { InfusionAlarm, InfusionState } from './infusion.ts';
import type { ChannelRole } from './pump-channel.ts';

/** What a pump did at a moment, with what stood then: enough for a sign on the chart and for a line of the record. */
export type InfusionEvent = ChannelMoment & InfusionHappening;

/** The channel as it stood right after the event. What was not known is absent. */
export interface ChannelMoment {
  readonly channel: string;
  readonly place?: string;
  readonly drugName?: string;
  readonly role?: ChannelRole;
  /** What flows from here on. */
  readonly mlPerHour?: number;
  /** Since the session began. */
  readonly deliveredMl?: number;
  readonly deliveredMg?: number;
}

export type InfusionHappening =
  /** `paused`: the pump says so itself · `stopped`: any other end of the flow, `state` tells which. */
  | { readonly type: 'started' | 'resumed' | 'paused' | 'stopped'; readonly state?: InfusionState }
  /** `completed`: what was to be given is given · `kvo`: the rate that keeps the vein open runs. */
  | { readonly type: 'completed' | 'kvo' }
  | { readonly type: 'rate-changed'; readonly fromMlPerHour: number; readonly toMlPerHour: number }
  /** `mg` of drug, where the channel carries drug of a known concentration: a carrier's bolus has none. */
  | { readonly type: 'bolus'; readonly volumeMl: number; readonly mg?: number }
  | { readonly type: 'alarm-began' | 'alarm-ended'; readonly alarm: InfusionAlarm }
  /** The pump was pulled out, or the link to it is gone: what it does from here on is not known. */
  | { readonly type: 'disconnected' | 'reconnected' };
