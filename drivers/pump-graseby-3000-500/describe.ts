/** One line for people who look at traffic: `0 49C208: 17.5 of 35.0 mL at 52.5 mL/h · occlusion · run clip cassette powered`. */
import { ALARMS, alarmCode } from './alarm-table.ts';
import type { Message, ReplyData, Status } from './messages.ts';

export function describe(message: Message): string {
  if (message.kind === 'command') return `${message.letter}, a question: an echo of our own?`;
  const { code, statusHex, status, data } = message;
  const head = statusHex === '' ? code : `${code} ${statusHex}`;
  return [`${head}: ${dataWords(data)}`, ...(status ? statusWords(status) : [])].join(' · ');
}

function dataWords(data: ReplyData): string {
  switch (data.is) {
    case 'none':
      return 'no data';
    case 'model':
      return `model ${data.model}, software ${data.softwareVersion}`;
    case 'serial':
      return `serial number ${data.serial}`;
    case 'infusion':
      return `${data.volumeInfusedMl} of ${data.vtbiMl} mL at ${data.rateMlPerHour} mL/h`;
    case 'other':
      return `"${data.text}"`;
  }
}

function statusWords(status: Status): readonly string[] {
  const alarm = status.alarm === 0 ? [] : [ALARMS[status.alarm]?.[0] ?? `alarm ${alarmCode(status.alarm)}`];
  const flags: readonly (readonly [string, boolean])[] = [
    ['secondary', status.isSecondary],
    ['run', status.isRunning],
    ['KVO', status.isKvo],
    ['battery', status.isOnBattery],
    ['battery-low', status.isBatteryLow],
    ['door-open', status.isDoorOpen],
    ['clip', status.isClipIn],
    ['cassette', status.isCassetteIn],
    ['locked', status.isLocked],
    ['powered', status.isPoweredUp],
    ['CI-mode', status.isControlled],
    ['audible', status.isAudible],
  ];
  const set = flags.filter(([, isSet]) => isSet).map(([word]) => word);
  return [...alarm, ...(set.length > 0 ? [set.join(' ')] : [])];
}
