import { about } from './about.ts';
import { alarms } from './alarms.ts';
import { bed } from './bed.ts';
import { burden } from './burden.ts';
import { common } from './common.ts';
import { devices } from './devices.ts';
import { infusion } from './infusion.ts';
import { layout } from './layout.ts';
import { review } from './review.ts';
import { rules } from './rules.ts';
import { scores } from './scores.ts';
import { session } from './session.ts';
import { ward } from './ward.ts';

export const english = {
  about,
  alarms,
  bed,
  burden,
  common,
  devices,
  infusion,
  layout,
  review,
  rules,
  scores,
  session,
  ward,
};
