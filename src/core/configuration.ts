/**
 * Which beds there are and what is plugged in where: the file `ward.json`. It is read strictly: an unknown key or a value
 * of the wrong kind is refused with the key's path and a plain sentence, because a misspelt line silently ignored would
 * leave a bed unwatched.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { bedId, fail, ok, type BedId, type Result } from '$lib/domain/index.ts';
import type { DeviceConfiguration } from '$lib/bus/bus.ts';
import { PARAMETER_SETS, type ParameterSetId } from '$lib/pharmacology/index.ts';
import { parameterSetsFor, type ModelChoice } from '$lib/pharmacology/templates.ts';
import { DRIVERS, driverOf } from '$drivers/registry.ts';
import { placeName, soleClientFault } from './sole-clients.ts';
import { TOKEN_HASH } from '$drivers/transport/inbound-sources.server.ts';

export interface BedConfiguration {
  readonly bed: BedId;
  readonly label: string;
  readonly devices: readonly DeviceConfiguration[];
}

export interface WardConfiguration {
  readonly beds: readonly BedConfiguration[];
  /** Published patients that the predicted concentrations are taken from, by drug; the default where it says nothing. */
  readonly models?: Partial<ModelChoice>;
}

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 small letters, digits and hyphens, for example "bed-1"');

const driver = z.string().superRefine((id, context) => {
  if (driverOf(id) !== undefined) return;
  const known = DRIVERS.map((one) => one.id).join(', ');
  context.addIssue({ code: 'custom', message: `is no known driver ("${id}"); known are: ${known}` });
});

const serialSettings = z.strictObject({
  baudRate: z.int().min(110).max(921_600).optional(),
  dataBits: z.union([z.literal(7), z.literal(8)]).optional(),
  parity: z.enum(['none', 'even', 'odd']).optional(),
  stopBits: z.union([z.literal(1), z.literal(2)]).optional(),
  rtscts: z.boolean().optional(),
});

const address = z.string().regex(/^.+:\d{1,5}$/, 'must be "host:port"');

const sender = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an address or a network, for example "10.1.2.3" or "10.1.2.0/24"',
});

const link = z.union(
  [
    z.strictObject({ serial: z.string().min(1), settings: serialSettings.optional() }),
    z.strictObject({ tcp: address }),
    z.strictObject({ udp: address }),
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({
      listen: address,
      tokenHash: z.string().regex(TOKEN_HASH, 'must be "sha256:SALT:" and 64 hexadecimal digits').optional(),
      from: z.array(sender).min(1).max(32).optional(),
    }),
  ],
  {
    error:
      'must be {"serial": "/dev/…"} (with "settings" if they differ from the driver\'s), {"tcp": "host:port"}, {"udp": "host:port"}, {"file": "path"} or {"listen": "host:port"} (with "tokenHash" and "from")',
  },
);

export const deviceSchema = z
  .strictObject({
    id: name,
    driver,
    label: z.string().max(60).optional(),
    link,
    settings: z.record(z.string(), z.unknown()).optional(),
    isSimulated: z.boolean().optional(),
  })
  .superRefine(({ driver: id, link: way }, context) => {
    const isPlayer = driverOf(id)?.file !== undefined;
    const message =
      isPlayer === 'file' in way
        ? listenerFault(id, way)
        : isPlayer
          ? `must be {"file": "path"}: "${id}" plays recordings`
          : `cannot be a file: "${id}" reads a device`;
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['link'], message });
    if ('udp' in way && driverOf(id) !== undefined && driverOf(id)?.udp === undefined)
      context.addIssue({ code: 'custom', path: ['link'], message: `cannot be UDP: "${id}" does not speak over UDP` });
  });

const THIS_COMPUTER = /^(127(\.\d+){3}|localhost|\[?::1\]?)$/;

/** What is wrong with a link for devices that connect to us: beyond this computer nobody is let in who is not named. */
function listenerFault(id: string, way: z.infer<typeof link>): string | undefined {
  const accepts = driverOf(id)?.accepts;
  const example = accepts?.tokenOf ? '{"listen": "host:port", "tokenHash": "…"}' : '{"listen": "host:port"}';
  if ((accepts !== undefined) !== 'listen' in way)
    return accepts
      ? `must be ${example}: "${id}" connects to the station`
      : `cannot be a port of the station: "${id}" does not connect to it`;
  if (!('listen' in way)) return undefined;
  if ((accepts?.tokenOf !== undefined) !== (way.tokenHash !== undefined))
    return accepts?.tokenOf
      ? `must be ${example}: "${id}" names itself by a secret`
      : `cannot have a "tokenHash": "${id}" has no secret to name itself by, only its address`;
  if (way.from !== undefined) return undefined;
  const host = way.listen.slice(0, way.listen.lastIndexOf(':'));
  return THIS_COMPUTER.test(host) ? undefined : 'must say "from" which addresses it lets in, for others can reach it';
}

function presentOnly(way: z.infer<typeof link>): DeviceConfiguration['link'] {
  if ('serial' in way) return { serial: way.serial, ...(way.settings && { settings: way.settings }) };
  if (!('listen' in way)) return way;
  const { listen, tokenHash, from } = way;
  return { listen, ...(tokenHash !== undefined && { tokenHash }), ...(from && { from }) };
}

/** An option that was left out is absent, not undefined. */
export const asConfiguration = ({
  id,
  link: way,
  driver: driverId,
  ...rest
}: z.infer<typeof deviceSchema>): DeviceConfiguration => ({
  id,
  driver: driverId,
  link: presentOnly(way),
  ...(rest.label !== undefined && { label: rest.label }),
  ...(rest.settings !== undefined && { settings: rest.settings }),
  ...(rest.isSimulated !== undefined && { isSimulated: rest.isSimulated }),
});

const parameterSet = (drug: keyof ModelChoice): z.ZodType<ParameterSetId> =>
  z.enum(parameterSetsFor(drug), {
    error: ({ input }) => `${String(input)} is no parameter set of ${drug}; known are: ${setNames(drug)}`,
  });

const setNames = (drug: keyof ModelChoice): string =>
  parameterSetsFor(drug)
    .map((set) => `${set} (${PARAMETER_SETS[set].label})`)
    .join(', ');

const wardSchema = z
  .strictObject({
    models: z
      .strictObject({
        ketamine: parameterSet('ketamine').optional(),
        esketamine: parameterSet('esketamine').optional(),
      })
      .optional(),
    beds: z
      .array(
        z.strictObject({
          id: name,
          label: z.string().min(1).max(40),
          devices: z.array(deviceSchema).max(8),
        }),
      )
      .min(1, 'must name at least one bed')
      .max(200),
  })
  .superRefine(({ beds }, context) => {
    unique(
      beds.map(({ id }) => id),
      'bed',
      context,
    );
    unique(
      beds.flatMap(({ devices }) => devices.map(({ id }) => id)),
      'device',
      context,
    );
    oneBedForEachPatient(
      beds.flatMap(({ devices }) => devices),
      context,
    );
    const all = beds.flatMap(({ devices }) => devices.map(asConfiguration));
    const fault = soleClientFault(all, ({ link: way }) => placeName(portOf(way)));
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['beds'], message: fault });
  });

interface Caller {
  readonly id: string;
  readonly driver: string;
  readonly link: z.infer<typeof link>;
  readonly settings?: Record<string, unknown> | undefined;
}

/** One patient on two beds would be two patients for everybody who looks. */
function oneBedForEachPatient(devices: readonly Caller[], context: z.core.$RefinementCtx): void {
  devices.forEach((one, i) => {
    for (const other of devices.slice(i + 1)) {
      const message = sharedFault(one, other);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['beds'], message });
    }
  });
}

/** What is wrong with two devices at one port of the station. */
function sharedFault(one: Caller, other: Caller): string | undefined {
  if (!('listen' in one.link) || !('listen' in other.link) || one.link.listen !== other.link.listen) return undefined;
  if (one.driver !== other.driver)
    return `give "${one.id}" and "${other.id}" a port each: ${one.driver} and ${other.driver} do not speak the same`;
  const { accepts } = driverOf(one.driver) ?? {};
  const isOneSource = one.link.tokenHash === other.link.tokenHash;
  if (!isOneSource || !accepts?.isSamePatient(one.settings ?? {}, other.settings ?? {})) return undefined;
  return accepts.tokenOf
    ? `give "${one.id}" and "${other.id}" the same room of a source`
    : `give "${one.id}" and "${other.id}" what may be the same pump: say in "settings" of each which are its own`;
}

function unique(ids: readonly string[], what: string, context: z.core.$RefinementCtx): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    context.addIssue({ code: 'custom', path: ['beds'], message: `name the ${what} "${twice}" twice; ids must differ` });
  }
}

/** @returns the configuration, or one sentence per mistake, each with the path of its key. */
export function parseWard(text: string): Result<WardConfiguration, readonly string[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail([`it is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = wardSchema.safeParse(json);
  if (!parsed.success) return fail(parsed.error.issues.map(sentence));
  const models = parsed.data.models;
  return ok({
    ...(models && { models: chosen(models) }),
    beds: parsed.data.beds.map(({ id, label, devices }) => ({
      bed: bedId(id),
      label,
      devices: devices.map(asConfiguration),
    })),
  });
}

/** An option that was left out is absent, not undefined. */
const chosen = ({ ketamine, esketamine }: Partial<Record<keyof ModelChoice, ParameterSetId | undefined>>) => ({
  ...(ketamine !== undefined && { ketamine }),
  ...(esketamine !== undefined && { esketamine }),
});

const sentence = ({ path, message }: z.core.$ZodIssue): string => `${keyPath(path)}: ${message}`;

const keyPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`),
    '',
  ) || 'the file';

export async function readWard(path: string): Promise<Result<WardConfiguration, readonly string[]>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return fail([isMissing ? `There is no file ${path}.` : `${path} cannot be read: ${String(error)}`]);
  }
  const parsed = parseWard(text);
  return parsed.ok ? parsed : fail(parsed.error.map((mistake) => `${path}: ${mistake}`));
}

/**
 * The device that has this port or address, for people: `Monitor of Bed 1`.
 * @param placeOf where a name leads, so that two names of one port are one port.
 */
export async function ownerOf(
  port: string,
  beds: readonly BedConfiguration[],
  placeOf: (port: string) => Promise<string>,
): Promise<string | undefined> {
  const place = await placeOf(port);
  for (const { label, devices } of beds) {
    for (const { id, label: name = id, link: way } of devices) {
      if ((await placeOf(portOf(way))) === place) return `${name} of ${label}`;
    }
  }
  return undefined;
}

/** The name of the port, the address or the file at the other end. */
export const portOf = (way: DeviceConfiguration['link']): string =>
  'serial' in way
    ? way.serial
    : 'tcp' in way
      ? way.tcp
      : 'udp' in way
        ? way.udp
        : 'file' in way
          ? way.file
          : way.listen;

/** Replaces the file as a whole, so that a crash leaves the old one or the new one. @throws the file system's error */
export async function writeWard(path: string, ward: WardConfiguration): Promise<void> {
  const beds = ward.beds.map(({ bed, label, devices }) => ({ id: bed, label, devices }));
  const { models } = ward;
  const file = { ...(models && { models }), beds };
  await writeFile(`${path}.new`, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
