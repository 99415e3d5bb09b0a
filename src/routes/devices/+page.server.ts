import { fail, type Actions } from '@sveltejs/kit';
import { deviceId } from '$lib/domain/index.ts';
import type { StationRequest } from '$lib/bus/bus.ts';
import { words } from '$lib/messages/index.ts';
import { captureFiles, isOf } from '$lib/server/captures.ts';
import { newDevice } from '$lib/server/device-forms.ts';
import type { WebStation } from '$lib/server/station.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { bus, captureDirectory } = locals.station;
  const [configuration, drivers, captures, files] = await Promise.all([
    bus.request({ type: 'configuration' }),
    bus.request({ type: 'drivers' }),
    bus.request({ type: 'captures' }),
    captureFiles(captureDirectory),
  ]);
  const beds = configuration.ok ? configuration.value : [];
  return {
    title: words.devices.title,
    refusal: configuration.ok ? undefined : configuration.error.message,
    chosen: url.searchParams.get('device') ?? beds[0]?.devices[0]?.id,
    drivers: drivers.ok ? drivers.value : [],
    beds: beds.map(({ bed, label, devices }) => ({
      bed,
      label,
      devices: devices.map(({ link, ...device }) => ({
        ...device,
        // What a sender is known by stays in the core's file.
        link: 'listen' in link ? { listen: link.listen } : link,
        capture: captures.ok ? captures.value.find((one) => one.device === device.id) : undefined,
        captures: files.filter((file) => isOf(device.id, file)),
      })),
    })),
  };
};

/** What was done, or why it was not. */
async function ask(station: WebStation, request: StationRequest, done: string) {
  const answer = await station.bus.request(request);
  return answer.ok ? { done } : fail(422, { refusal: words.devices.failed(answer.error.message) });
}

const named = (form: FormData): { id: string; label: string } => ({
  id: textOf(form, 'device'),
  label: textOf(form, 'label') || textOf(form, 'device'),
});

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value : '';
}

export const actions: Actions = {
  scan: async ({ locals }) => {
    const ports = await locals.station.bus.request({ type: 'ports' });
    return ports.ok ? { ports: ports.value } : { portsRefusal: words.devices.ports.failed(ports.error.message) };
  },
  hear: async ({ locals }) => {
    const found = await locals.station.bus.request({ type: 'announced' });
    return found.ok ? { announced: found.value } : { announcedRefusal: words.devices.failed(found.error.message) };
  },
  probe: async ({ locals, request }) => {
    const port = textOf(await request.formData(), 'port');
    const answer = await locals.station.bus.request({ type: 'probe', port });
    return answer.ok ? { probe: answer.value } : fail(422, { probeRefusal: answer.error.message, port });
  },
  add: async ({ locals, request }) => {
    const { station } = locals;
    const configuration = await station.bus.request({ type: 'configuration' });
    const taken = configuration.ok ? configuration.value.flatMap(({ devices }) => devices.map(({ id }) => id)) : [];
    const order = newDevice(await request.formData(), new Set(taken));
    if (order === undefined) return fail(422, { refusal: words.devices.failed(words.devices.incomplete) });
    const { bed, device } = order;
    return ask(station, { type: 'add-device', bed, device }, words.devices.added(device.label ?? device.id));
  },
  remove: async ({ locals, request }) => {
    const { id, label } = named(await request.formData());
    return ask(locals.station, { type: 'remove-device', device: deviceId(id) }, words.devices.removed(label));
  },
  restart: async ({ locals, request }) => {
    const { id, label } = named(await request.formData());
    return ask(locals.station, { type: 'restart-device', device: deviceId(id) }, words.devices.restarted(label));
  },
  capture: async ({ locals, request }) => {
    const form = await request.formData();
    const { id, label } = named(form);
    const isOn = textOf(form, 'on') === 'yes';
    const { started, stopped } = words.devices.capture;
    return ask(locals.station, { type: 'capture', device: deviceId(id), isOn }, isOn ? started(label) : stopped(label));
  },
};
