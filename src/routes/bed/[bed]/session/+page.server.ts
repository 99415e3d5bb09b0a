import { redirect } from '@sveltejs/kit';
import { bedId } from '$lib/domain/index.ts';
import { currentStep } from '$lib/messages/session-steps.ts';
import type { PageServerLoad } from './$types';

/** Leads to the step that is due. */
export const load: PageServerLoad = ({ params, locals: { station } }) => {
  const step = currentStep(station.ward.view(bedId(params.bed))?.session);
  redirect(303, `/bed/${encodeURIComponent(params.bed)}/session/${step}`);
};
