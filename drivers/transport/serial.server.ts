/**
 * A device on a serial port. The only file that imports `serialport`.
 *
 * The package's own option types are not seen by our compiler, so the types here are the guard. Three things it does not do
 * for us, each seen with version 13.0.0 on Linux:
 * - It gives the cause of a failed opening only as text, from the C library: {@link diagnose} asks the file system first.
 * - A port that vanishes between two reads reads as "nothing there", for ever and without an error (2 of 20 pseudo
 *   terminals pulled while streaming, and some idle ones). So the path is looked at every second, see {@link watchPresence}.
 * - A second opening of a busy port sets line settings before it notices the lock; never probe ports that are in use.
 */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { exhaustMap, interval, Observable, Subscription } from 'rxjs';
import { SerialPort } from 'serialport';
import { fail, ok, SECOND_MS, type Result } from '$lib/domain/index.ts';
import type { SerialSettings } from '../driver.ts';
import { LAST_WORDS_MS, LinkFailure, MAX_UNSENT_BYTES, type Connect, type Link } from '../link.ts';

export interface SerialOptions {
  /** Best given as `/dev/serial/by-id/…`: that name stays when the port is put into another socket. */
  readonly path: string;
  /** What the driver documents, unless its session wants another. */
  readonly settings: SerialSettings;
  /** What the device on this line was set to instead. */
  readonly overrides?: Partial<SerialSettings>;
}

export interface PortDescription {
  readonly path: string;
  /** The name that survives re-plugging, where the system keeps one. */
  readonly stablePath?: string;
  readonly vendorId?: string;
  readonly productId?: string;
  readonly serialNumber?: string;
  readonly manufacturer?: string;
}

export interface NoPortList {
  readonly why: 'no-udevadm' | 'failed';
  readonly sentence: string;
}

const PRESENCE_MS = SECOND_MS;

export function serialConnect({ path, settings, overrides }: SerialOptions): Connect {
  return (wanted = settings) =>
    new Observable<Link>((out) => {
      const port = new SerialPort({ path, ...wanted, ...overrides, lock: true, autoOpen: false });
      const lose = () => out.error(new LinkFailure('unplugged', `The port ${path} is gone: was the cable unplugged?`));
      // Stays attached after the end: a port that breaks while it is closing must not take the process with it.
      port.on('error', lose);
      port.on('close', lose);
      port.open((error) => {
        if (error) return void diagnose(path, error).then((failure) => out.error(failure));
        if (out.closed) return hangUp(port);
        out.add(watchPresence(path, lose));
        out.next({ bytes$: received(port), send: (bytes) => send(port, bytes, path) });
      });
      return () => hangUp(port);
    });
}

/** The serial ports of this machine, or why they cannot be listed (a path can still be typed in). */
export async function listPorts(): Promise<Result<readonly PortDescription[], NoPortList>> {
  try {
    const ports: readonly object[] = await SerialPort.list();
    return ok(ports.map(describePort));
  } catch (error) {
    return fail(
      codeOf(error) === 'ENOENT'
        ? {
            why: 'no-udevadm',
            sentence: 'This system has no "udevadm" to list serial ports with (package udev): enter the path by hand.',
          }
        : { why: 'failed', sentence: `The serial ports cannot be listed: ${String(error)}` },
    );
  }
}

function describePort(port: object): PortDescription {
  const known = new Map<string, unknown>(Object.entries(port));
  const text = (key: string) => {
    const value = known.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  const [name, vendorId, productId] = [text('pnpId'), text('vendorId'), text('productId')];
  const [serialNumber, manufacturer] = [text('serialNumber'), text('manufacturer')];
  return {
    path: text('path') ?? '',
    ...(name !== undefined && { stablePath: `/dev/serial/by-id/${name}` }),
    ...(vendorId !== undefined && { vendorId }),
    ...(productId !== undefined && { productId }),
    ...(serialNumber !== undefined && { serialNumber }),
    ...(manufacturer !== undefined && { manufacturer }),
  };
}

function received(port: SerialPort): Observable<Uint8Array> {
  return new Observable((out) => {
    const take = (bytes: Uint8Array) => out.next(new Uint8Array(bytes));
    port.on('data', take);
    return () => port.off('data', take);
  });
}

function send(port: SerialPort, bytes: Uint8Array, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (port.writableLength > MAX_UNSENT_BYTES)
      return reject(
        new LinkFailure(
          'stalled',
          `The device on ${path} takes no bytes: does the cable have the RTS and CTS wires that the device needs?`,
        ),
      );
    port.write(bytes, undefined, (error) =>
      error ? reject(new LinkFailure('unplugged', `Writing to ${path} failed: was the cable unplugged?`)) : resolve(),
    );
  });
}

/** Closes when what was given to the port has reached the kernel, or after {@link LAST_WORDS_MS} when the device takes nothing. */
function hangUp(port: SerialPort): void {
  if (!port.isOpen) return;
  const close = () => {
    clearTimeout(limit);
    if (port.isOpen) port.close();
  };
  const limit = setTimeout(close, LAST_WORDS_MS);
  if (port.writableLength === 0) close();
  else port.write(new Uint8Array(0), undefined, close);
}

/**
 * Calls when the path leads to nothing any more, or to another port than now. Same inode and device number means the same
 * port; one that is plugged in anew gets a new node. Where a port is no file (Windows) nothing is watched.
 */
function watchPresence(path: string, lose: () => void): Subscription {
  if (!path.startsWith('/')) return Subscription.EMPTY;
  const identify = () =>
    stat(path).then(
      (node) => `${node.ino}/${node.rdev}`,
      () => undefined,
    );
  const opened = identify();
  const isThere = async () => {
    const found = await identify();
    return found !== undefined && found === (await opened);
  };
  return interval(PRESENCE_MS)
    .pipe(exhaustMap(isThere))
    .subscribe((isStill) => {
      if (!isStill) lose();
    });
}

/** Why a port did not open. What the file system can say comes from there, by its codes; only the rest from the binding's text. */
async function diagnose(path: string, error: Error): Promise<LinkFailure> {
  const denial = await access(path, constants.R_OK | constants.W_OK).then(() => undefined, codeOf);
  if (denial === 'ENOENT') return new LinkFailure('missing', `There is no port ${path}: is the adapter plugged in?`);
  if (denial === 'EACCES')
    return new LinkFailure('denied', `No permission for ${path}: add the user to the port's group (often "dialout").`);
  if (/Cannot lock port|Device or resource busy/.test(error.message))
    return new LinkFailure('busy', `Another program is using ${path}: close it there first.`);
  if (/Inappropriate ioctl/.test(error.message)) return new LinkFailure('other', `${path} is not a serial port.`);
  return new LinkFailure('other', `The port ${path} cannot be opened: ${error.message}`);
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
