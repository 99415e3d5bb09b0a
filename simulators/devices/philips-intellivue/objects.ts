/** Polled objects as the simulated monitor keeps them: what never changes, what seldom changes, and what is measured. */
import type { Attribute, PolledObject } from '$drivers/philips-intellivue/messages.ts';
import { ATTRIBUTE, GROUP } from '$drivers/philips-intellivue/protocol-codes.ts';
import { writeText } from '$drivers/philips-intellivue/texts.ts';
import { longs, words } from '$drivers/philips-intellivue/wire.ts';

export interface ShownObject {
  readonly handle: number;
  readonly fixed: readonly Attribute[];
  readonly dynamic: readonly Attribute[];
  readonly observed: readonly Attribute[];
}

/** The attributes of one group, an object without any of them included. */
export function inGroup({ handle, fixed, dynamic, observed }: ShownObject, group: number): PolledObject {
  const parts: Readonly<Record<number, readonly Attribute[]>> = {
    [GROUP.all]: [...fixed, ...dynamic, ...observed],
    [GROUP.observed]: observed,
    [GROUP.dynamicContext]: dynamic,
    [GROUP.staticContext]: fixed,
  };
  return { handle, attributes: parts[group] ?? [] };
}

const LABEL_CHARACTERS = 7;

export interface Identity {
  readonly handle: number;
  readonly objectClass: number;
  /** `u32 update period · u16 category · u16 access · u8 structure · u8 components · u16 relevance` */
  readonly metric: Uint8Array;
  readonly label: number;
  readonly text: string;
}

/** The attributes by which an object is known, in the order of a real monitor. */
export const identify = ({ handle, objectClass, metric, label, text }: Identity): readonly Attribute[] => [
  { id: ATTRIBUTE.handle, value: words(handle) },
  { id: ATTRIBUTE.type, value: words(1, objectClass) },
  { id: ATTRIBUTE.metricSpecification, value: metric },
  { id: ATTRIBUTE.label, value: longs(label) },
  { id: ATTRIBUTE.labelText, value: writeText(text, LABEL_CHARACTERS) },
];
