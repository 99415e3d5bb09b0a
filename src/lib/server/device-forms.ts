/** Forms of the Devices page as requests to the station. What the core does not accept it refuses itself, with a sentence. */
import { z } from 'zod';
import { bedId, type BedId } from '$lib/domain/index.ts';
import type { DeviceConfiguration } from '$lib/bus/bus.ts';

export interface NewDevice {
  readonly bed: BedId;
  readonly device: DeviceConfiguration;
}

const empty = z.literal('').transform(() => undefined);
const optional = <T extends z.ZodType>(schema: T) => z.union([empty, schema]).optional();

const form = z.object({
  bed: z.string().min(1),
  driver: z.string().min(1),
  role: z.string().optional(),
  link: z.enum(['serial', 'tcp', 'udp']),
  path: z.string().trim().optional(),
  address: z.string().trim().optional(),
  label: optional(z.string().trim().max(60)),
  baudRate: optional(z.coerce.number()),
  dataBits: optional(z.coerce.number()),
  parity: optional(z.string()),
  stopBits: optional(z.coerce.number()),
  rtscts: optional(z.enum(['on', 'off']).transform((word) => word === 'on')),
});

/** @param taken ids of devices that exist. @returns undefined when the form lacks what nobody can guess. */
export function newDevice(data: FormData, taken: ReadonlySet<string>): NewDevice | undefined {
  const parsed = form.safeParse(Object.fromEntries(data));
  if (!parsed.success) return undefined;
  const { bed, driver, label, link, path, address, ...line } = parsed.data;
  const way = link === 'serial' ? path : address;
  if (way === undefined || way === '') return undefined;
  const device: DeviceConfiguration = {
    id: freeId(`${bed}-${driver}`, taken),
    driver,
    link: link === 'serial' ? { serial: way, ...overrides(line) } : link === 'tcp' ? { tcp: way } : { udp: way },
    ...(label !== undefined && { label }),
  };
  return { bed: bedId(bed), device };
}

function overrides({
  baudRate,
  dataBits,
  parity,
  stopBits,
  rtscts,
}: Pick<z.infer<typeof form>, 'baudRate' | 'dataBits' | 'parity' | 'stopBits' | 'rtscts'>): {
  settings?: Record<string, unknown>;
} {
  const given = Object.entries({ baudRate, dataBits, parity, stopBits, rtscts }).filter(
    ([, value]) => value !== undefined,
  );
  return given.length === 0 ? {} : { settings: Object.fromEntries(given) };
}

const LONGEST_ID = 40;

/** `bed-3-ge-s5-dri`, and `bed-3-ge-s5-dri-2` when there is one. */
function freeId(wanted: string, taken: ReadonlySet<string>): string {
  const stem = wanted
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, LONGEST_ID - 3);
  let id = stem;
  for (let n = 2; taken.has(id); n += 1) id = `${stem}-${n}`;
  return id;
}
