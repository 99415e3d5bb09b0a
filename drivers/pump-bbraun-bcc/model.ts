/** Who a pump is, out of the name of its software and its serial number. */
import type { InfusionReading } from '$lib/domain/index.ts';
import { given } from './given.ts';
import { textOf, type ParameterTable } from './parameters.ts';

type Model = Pick<InfusionReading, 'model' | 'softwareVersion' | 'pumpType'>;

const MODELS: readonly (readonly [prefix: string, model: string, pumpType: 'syringe' | 'volumetric'])[] = [
  ['686', 'Infusomat Space', 'volumetric'],
  ['687', 'Infusomat Space P', 'volumetric'],
  ['688', 'Perfusor Space', 'syringe'],
  ['586', 'Infusomat Space (US)', 'volumetric'],
  ['587', 'Infusomat Space P (US)', 'volumetric'],
  ['588', 'Perfusor Space (US)', 'syringe'],
  ['I0002', 'Perfusor compact plus', 'syringe'],
  ['I0003', 'Infusomat compact plus', 'volumetric'],
];

/** The pump sends the name of its software, which begins with the model; the kind of pump also from a Space serial number, whose first digits tell it. */
export function modelOf(table: ParameterTable, channel: string): Model {
  const software = textOf(table, 'GNMODEL') ?? textOf(table, 'GNNEW');
  const known = MODELS.find(([prefix]) => software?.startsWith(prefix));
  const version = given(software || undefined, (softwareVersion) => ({ softwareVersion }));
  if (known) return { model: known[1], ...version, pumpType: known[2] };
  const [, type] = /^(600|680)[0-9A-F]{5}$/i.exec(channel) ?? [];
  const pumpType = type === undefined ? 'unknown' : type === '600' ? 'syringe' : 'volumetric';
  return { ...given(software || undefined, (model) => ({ model })), ...version, pumpType };
}
