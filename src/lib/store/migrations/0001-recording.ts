/**
 * Version 1: the recording of a station.
 *
 * Truth, append only, hash-chained per bed:  journal (one row per bed, slot and commit, of one entry or several)
 *                                            signal (one row per bed and slice, at most about a second)
 * Binds both at the end of a session:        seal
 * Derived in the same transaction:           bed · contents · overview · session · alarm
 * Handed over by the core, the last two:     snapshot
 *
 * `slot` is ten seconds of the station's clock, `minute` six of them; an entry never stands in an earlier slot than the one
 * before it. Rows are found by (slot, bed, number), not by (bed, number): otherwise every commit would touch one index page
 * per bed and table, which at 200 beds is eight times the bytes of the data itself. `contents` says in which slots a bed has
 * anything, and which entry is the first there (null: signals only).
 *
 * `journal.entries` is one line of JSON per entry, `[at, body]`, of the entries `seq`, `seq` + 1, …; `hashes` holds 32 bytes
 * for each, `kinds` a bit for each kind among them, `wall_offset` calendar minus station time after the last one (null before
 * the bed's first `started` or `clock`). `signal.data` holds the samples from `at` on, for `duration`; `wall` is `at` on the
 * calendar. `overview.track` has the extents of all signal rows of one minute that were written one after the other,
 * `number` being the last. The signal rows after `bed.summed` are of `bed.minute` and not summed up yet; `minute` is null as
 * long as there are none. `session.latest` and `latest_seq` are the row and the number of its latest `session` entry.
 */
export const RECORDING = `
create table bed (
  bed text primary key, summed integer not null, minute integer
) strict, without rowid;

create table contents (
  bed text not null, slot integer not null, first_seq integer,
  primary key (bed, slot)
) strict, without rowid;

create table journal (
  row integer primary key, slot integer not null, bed text not null, seq integer not null, kinds integer not null,
  wall_offset real, entries text not null, hashes blob not null
) strict;
create unique index journal_by_slot on journal (slot, bed, seq, kinds);

create table signal (
  row integer primary key, slot integer not null, bed text not null, number integer not null,
  session text not null, at real not null, duration real not null, wall real, data blob not null, hash blob not null
) strict;
create unique index signal_by_slot on signal (slot, bed, number);

create table overview (
  row integer primary key, bed text not null, minute integer not null, number integer not null, track blob not null
) strict;
create unique index overview_by_minute on overview (bed, minute, number);

create table session (
  id text primary key, bed text not null, first_seq integer not null, from_at real not null, admitted_wall real,
  first_number integer not null, latest integer not null references journal (row), latest_seq integer not null,
  last_seq integer, to_at real, ended_wall real
) strict;
create index session_by_wall on session (admitted_wall);
create index session_open on session (bed) where last_seq is null;

create table alarm (
  session text not null references session (id), id text not null, urgency integer not null,
  primary key (session, id)
) strict, without rowid;

create table snapshot (
  bed text not null, seq integer not null, at real not null, rule_set text not null, state text not null,
  primary key (bed, seq)
) strict;

create table seal (
  session text primary key references session (id), bed text not null,
  first_seq integer not null, last_seq integer not null, first_number integer not null, last_number integer not null,
  journal_head blob not null, signal_head blob not null, hash blob not null
) strict;
`;
