/**
 * What does not fit together at a pump: with itself, with the plan, with what a person said of it. Each is said as a sentence
 * beside the channel; none is corrected, and none is an alarm by itself (rule P4 judges the dose).
 */
import { MINUTE_MS, type Plan, type Remark, type RemarkTopic } from '$lib/domain/index.ts';
import { planDifferences, pumpEnd, sentMgPerMl, refusalWords, type PlanDifference } from '$lib/pharmacology/index.ts';
import { concentrationOf, deliveredMg } from './channel-dose.ts';
import type { ChannelState } from './state.ts';
import { drugOf, entryOf, rolesOf, therapyChannels, type PumpsOfBed } from './therapy.ts';

export function remarksOn(bed: PumpsOfBed, channel: ChannelState): readonly Remark[] {
  return [
    ...drugRemarks(bed, channel),
    ...concentrationRemarks(bed, channel),
    ...planRemarks(bed, channel),
    ...volumeRemarks(channel),
    ...doseRemarks(bed, channel),
    ...endRemarks(channel),
  ];
}

/** What is to be said of all pumps of a bed together. */
export function remarksOnTherapy(bed: PumpsOfBed): readonly Remark[] {
  const { session } = bed;
  const therapy = therapyChannels(bed);
  const plan = session?.plan;
  if (therapy.length > 1)
    return say('same-drug', `${therapy.length} channels carry ${plan?.drug ?? 'the drug'}; their doses are added up`);
  if (therapy.length === 1 || plan === undefined || Object.keys(bed.channels).length === 0) return [];
  return say('unassigned', `No channel is known to carry ${plan.drug}: say which one does`);
}

const say = (about: RemarkTopic, text: string): readonly Remark[] => [{ about, text }];

function drugRemarks(bed: PumpsOfBed, channel: ChannelState): readonly Remark[] {
  const { session } = bed;
  const drug = drugOf(session, channel);
  const sent = channel.reading.drugName;
  const role = rolesOf(bed).get(channel.key);
  const overridden =
    drug?.from === 'entry' && sent !== undefined ? say('drug', `Entered as ${drug.name}, the pump says ${sent}`) : [];
  if (role?.role !== 'therapy' || role.isPlannedDrug || drug === undefined || session?.plan === undefined)
    return overridden;
  const words = `The pump says ${drug.name}, the plan ${session.plan.drug}: its dose is not reckoned until somebody says what it carries`;
  return [...overridden, ...say('drug', words)];
}

function concentrationRemarks(bed: PumpsOfBed, channel: ChannelState): readonly Remark[] {
  const told = sentMgPerMl(channel.sent ? { concentration: channel.sent } : {});
  const entered = entryOf(bed.session, channel.key)?.concentrationMgPerMl;
  if (told && !told.ok)
    return say('concentration', `The pump’s concentration gives no mg/mL: ${refusalWords(told.error)}`);
  if (told?.ok && entered !== undefined && Math.abs(entered / told.value - 1) > 0.001)
    return say('concentration', `Entered ${number(entered)} mg/mL, the pump says ${number(told.value)} mg/mL`);
  if (rolesOf(bed).get(channel.key)?.role !== 'therapy' || told) return [];
  const concentration = concentrationOf(bed, channel);
  return 'unknown' in concentration ? say('concentration', capital(concentration.unknown)) : [];
}

function planRemarks(bed: PumpsOfBed, channel: ChannelState): readonly Remark[] {
  const plan = bed.session?.plan;
  const role = rolesOf(bed).get(channel.key);
  if (plan === undefined || !role?.isPlannedDrug) return [];
  const concentration = concentrationOf(bed, channel);
  const isShared = therapyChannels(bed).length > 1;
  return planDifferences(plan, channel.reading, 'value' in concentration ? concentration.value : undefined)
    .filter(({ what }) => !isShared || (what !== 'rate' && what !== 'dose-rate'))
    .map((difference) => ({ about: difference.what, text: differenceText(difference, plan) }));
}

function differenceText({ what, planned, pump, unit }: PlanDifference, { drug }: Plan): string {
  const both = `the pump ${number(pump)} ${unit}, the plan ${number(planned)} ${unit}`;
  switch (what) {
    case 'concentration':
      return `Concentration of ${drug}: ${both}`;
    case 'weight':
      return `Weight: ${both}`;
    case 'dose-rate':
      return `Dose rate: ${both}`;
    case 'rate':
      return `Rate: ${both} for its dose`;
  }
}

function volumeRemarks({ audit, fall, integration }: ChannelState): readonly Remark[] {
  const remarks: Remark[] = [];
  if (audit?.suspect) {
    const { countedMl, byRateMl } = audit.suspect;
    remarks.push(
      ...say('volume', `Volume doubtful: counted ${number(countedMl)} mL in 5 min, by its rate ${number(byRateMl)} mL`),
    );
  }
  if (fall) {
    const from = `${number(fall.fromMl)} to ${number(fall.toMl)} mL`;
    remarks.push(
      ...say(
        'volume',
        `The volume counter went from ${from}, more than can have flowed: what flowed then is not counted`,
      ),
    );
  }
  if (integration) {
    const minutes = Math.round(integration.unseenMs / MINUTE_MS);
    const missing = minutes > 0 ? `; ${minutes} min without word from the pump are not in it` : '';
    remarks.push(...say('volume', `The pump counts no volume: reckoned from its rate${missing}`));
  }
  return remarks;
}

const DOSE_TOLERANCE = { mg: 0.5, fraction: 0.05 } as const;

/** The pump's own count of the dose against volume times concentration. */
function doseRemarks(bed: PumpsOfBed, channel: ChannelState): readonly Remark[] {
  const own = channel.ownDose?.mg;
  const reckoned = deliveredMg(bed, channel);
  if (own === undefined || 'unknown' in reckoned) return [];
  const tolerated = Math.max(DOSE_TOLERANCE.mg, DOSE_TOLERANCE.fraction * reckoned.mg);
  if (Math.abs(own - reckoned.mg) <= tolerated) return [];
  return say(
    'dose-given',
    `Dose given: the pump counts ${number(own)} mg, its volume comes to ${number(reckoned.mg)} mg`,
  );
}

function endRemarks({ reading }: ChannelState): readonly Remark[] {
  const { isContradictory, byVolumeS = 0, bySentS = 0 } = pumpEnd(reading);
  if (!isContradictory) return [];
  const minutes = (s: number): number => Math.round(s / 60);
  return say(
    'end',
    `End: the pump says in ${minutes(bySentS)} min, its volume and rate come to ${minutes(byVolumeS)} min`,
  );
}

/** Four significant digits, without zeros that say nothing: what differs by more than a thousandth must be told differently. */
const number = (value: number): string => String(Number(value.toPrecision(4)));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
