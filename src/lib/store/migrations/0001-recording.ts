/**
 * Version 1: the recording of a station.
 *
 * Truth, append only, hash-chained per bed:  journal (one row per entry) · signal (one row per bed and commit)
 * Derived in the same transaction:           contents · session · alarm · snapshot · seal
 *
 * `slot` is ten seconds of the station's clock. Rows are found by (slot, bed, number), not by (bed, number): otherwise every
 * commit would touch one index page per bed and table, which at 200 beds is eight times the bytes of the data itself.
 * `contents` says in which slots a bed has anything, and which entry is the first there (none: signals only); both indexes end in the columns that a
 * listing or an overview reads, so that neither touches the rows with the samples.
 */
export const RECORDING = `
create table contents (
  bed text not null, slot integer not null, first_seq integer,
  primary key (bed, slot)
) strict, without rowid;

create table journal (
  row integer primary key, slot integer not null, bed text not null, seq integer not null,
  at real not null, wall real, kind text not null, body text not null, hash blob not null
) strict;
create unique index journal_by_slot on journal (slot, bed, seq, kind);

create table signal (
  row integer primary key, slot integer not null, bed text not null, number integer not null,
  session text not null, at real not null, duration real not null, wall real,
  envelope blob not null, data blob not null, hash blob not null
) strict;
create unique index signal_by_slot on signal (slot, bed, number, at, duration, envelope);

create table session (
  id text primary key, bed text not null, first_seq integer not null, from_at real not null, admitted_wall real,
  first_number integer not null, latest integer not null references journal (row),
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
