/**
 * Version 2: a snapshot names the version of the state that it holds. The rules that judge a bed are part of that state, so they
 * need no name of their own beside it. Snapshots of version 1 cannot be taken up by this program; the journal is folded instead.
 */
export const SNAPSHOT = `
drop table snapshot;

create table snapshot (
  bed text not null, seq integer not null, at real not null, state_version integer not null, state text not null,
  primary key (bed, seq)
) strict;
`;
