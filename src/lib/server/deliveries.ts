/**
 * What screens say of the alarms that they show and sound, gathered: of each signal the core is told of the first screen that
 * shows it and the first that sounds it, once each, however many screens there are and however often they say it. A screen
 * that speaks of an alarm that is not there, or of an earlier signal, is not listened to.
 */
import type { Alarm, BedId, Delivery } from '$lib/domain/index.ts';
import type { WardState } from './ward-state.ts';

type Said = Omit<Delivery, 'screen'>;

export class Deliveries {
  readonly #ward: WardState;
  /** What the core was told already and has not answered yet with a change of the alarm, by bed; only of alarms that are there. */
  readonly #told = new Map<BedId, ReadonlySet<string>>();

  constructor(ward: WardState) {
    this.#ward = ward;
  }

  /** @returns what is new in it, or undefined when nothing is. */
  first(bed: BedId, said: Said): Said | undefined {
    const alarms = this.#ward.view(bed)?.alarms ?? [];
    const alarm = alarms.find(({ id, signalledAt }) => id === said.alarm && signalledAt === said.signalledAt);
    if (alarm === undefined) return undefined;
    const told = this.#told.get(bed) ?? new Set<string>();
    const isShown = said.isShown && alarm.shownAt === undefined && !told.has(word(alarm, 'shown'));
    const isSounded = said.sound === 'sounded' && alarm.soundedAt === undefined && !told.has(word(alarm, 'sounded'));
    if (!isShown && !isSounded) return undefined;
    const standing = new Set(alarms.flatMap((one) => [word(one, 'shown'), word(one, 'sounded')]));
    const more = [...(isShown ? [word(alarm, 'shown')] : []), ...(isSounded ? [word(alarm, 'sounded')] : [])];
    this.#told.set(bed, new Set([...told, ...more].filter((one) => standing.has(one))));
    return { ...said, isShown };
  }

  /** The core has begun anew and may not have heard what it was told. */
  forget(): void {
    this.#told.clear();
  }
}

const word = ({ id, signalledAt }: Alarm, what: 'shown' | 'sounded'): string => `${id} ${signalledAt} ${what}`;
