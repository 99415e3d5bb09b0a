import type { AlarmCause, AlarmState, Priority } from '$lib/domain/index.ts';

const priorities: Readonly<Record<Priority, string>> = {
  high: 'High alarm',
  medium: 'Medium alarm',
  low: 'Low alarm',
  notice: 'Notice',
};

/** Read with the colour, never instead of it. */
const signs: Readonly<Record<Priority, string>> = { high: '!!!', medium: '!!', low: '!', notice: 'i' };

const states: Readonly<Record<AlarmState, string>> = {
  pending: 'waits for a second reading',
  active: 'not answered',
  acknowledged: 'answered',
  latched: 'ended, not answered',
  suspended: 'cannot be judged now',
  ended: 'ended',
};

const causes: Readonly<Record<AlarmCause, string>> = {
  noticed: 'noticed',
  withdrawn: 'not confirmed',
  signalled: 'began',
  delivered: 'reached a screen',
  taken: 'taken',
  'passed-on': 'passed on',
  acknowledged: 'answered',
  escalated: 'unanswered, carried further',
  'condition-ended': 'ended',
  returned: 'came back',
  worsened: 'got worse',
  'priority-raised': 'became more urgent',
  'priority-lowered': 'became less urgent',
  reminded: 'reminded',
  suspended: 'could not be judged',
  resumed: 'judged again',
  updated: 'changed',
  outranked: 'covered by a more urgent one',
  unoutranked: 'stands for itself again',
  'latch-expired': 'ended without an answer',
  'session-ended': 'session ended',
};

export const alarms = {
  priorities,
  signs,
  states,
  causes,
  none: 'No active alarms',
  since: (time: string, duration: string) => `since ${time} · ${duration}`,
  ended: (time: string) => `ended ${time}`,
  answeredBy: (name: string, time: string) => `Answered by ${name} at ${time}`,
  takenBy: (name: string, station: string, time: string) => `Taken by ${name} at ${station}, ${time}`,
  passedOn: (name: string, to: string | undefined, time: string) =>
    `Passed on by ${name}${to === undefined ? '' : ` to ${to}`}, ${time}`,
  tileHolder: (state: 'taken' | 'passed-on', name: string) => (state === 'taken' ? `→ ${name}` : 'passed on'),
  unanswered: 'UNANSWERED',
  take: 'I take it',
  passOn: 'Pass on',
  passOnHint: 'Somebody else must see to it: it calls on every screen again.',
  takeHint: 'Every screen shows that you are on the way. The sound goes on.',
  escalated: {
    title: 'Alarms that nobody has answered',
    everywhere: 'Not answered:',
    attention: 'Unanswered – somebody must go now:',
  },
  escalationRule: {
    high: 'Without an answer: sent again after 15 s if no screen showed and sounded it, put on every screen after 30 s, louder after 1 min, calls for a second person after 2 min. Taken, but not answered: louder after 2 min, second person after 4 min.',
    medium:
      'Without an answer: sent again after 30 s if no screen showed and sounded it, put on every screen after 1 min, louder after 3 min, calls for a second person after 5 min. Taken, but not answered: louder after 4 min, second person after 8 min.',
  },
  stages: { 1: 'sent again', 2: 'put on every screen', 3: 'unanswered, louder', 4: 'calls for a second person' },
  shown: 'First shown',
  sounded: 'First sounded',
  onScreen: (time: string, screen: string) => `${time} on ${screen}`,
  notYet: 'by no screen yet',
  inHand: 'In hand',
  escalation: 'Escalation',
  suspended: 'cannot be judged now',
  more: (count: number) => `+${count} more`,
  openBed: (label: string) => `Open ${label}`,
  acknowledge: 'Acknowledge',
  sending: 'Sending …',
  notSent: (why: string) => `NOT done. ${why}`,
  pauseAudio: 'Pause audio 2:00',
  resumeAudio: (left: string) => `Audio paused ${left} – resume`,
  audioPaused: (left: string) => `Audio paused ${left}`,
  listTitle: 'All alarms',
  covered: 'part of the alarm above it',
  details: 'Details',
  why: 'Why',
  onset: 'Began',
  signalled: 'Signalled',
  value: 'Value now',
  peak: 'Worst value',
  limit: 'Limit',
  evidence: 'Readings behind it',
  evidenceLine: (metric: string, value: string, time: string) => `${metric} ${value} at ${time}`,
  answered: 'Answered',
  rule: (rule: string, version: string) => `Rule ${rule}, preset version ${version}`,
  missedTitle: (count: number) =>
    count === 1 ? '1 alarm change while this screen was away' : `${count} alarm changes while this screen was away`,
  seen: 'Seen',
  spoken: (priority: string, where: string, headline: string) => `${priority}. ${where}: ${headline}`,
  spokenEnd: (where: string, headline: string) => `${where}: ${headline}, ended`,
};
