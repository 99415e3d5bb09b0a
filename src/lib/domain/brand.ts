declare const brand: unique symbol;

/** A primitive that may not be mixed up with another of the same kind: a bed id is no session id, a monotonic time no wall time. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

export type BedId = Branded<string, 'BedId'>;
export type DeviceId = Branded<string, 'DeviceId'>;
export type SessionId = Branded<string, 'SessionId'>;
export type AlarmId = Branded<string, 'AlarmId'>;

/** Ids are made here and in decoders only; everywhere else they travel as what they are. */
export const bedId = (text: string): BedId => text as BedId;
export const deviceId = (text: string): DeviceId => text as DeviceId;
export const sessionId = (text: string): SessionId => text as SessionId;
export const alarmId = (text: string): AlarmId => text as AlarmId;
