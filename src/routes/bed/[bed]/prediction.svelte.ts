/** The predicted concentration of the bed on this page, reckoned anew every few seconds and shared by chart and card. */
import { getContext, setContext } from 'svelte';
import { monotonicMs } from '$lib/domain/index.ts';
import type { LiveWard } from '$lib/client/live-ward.svelte.ts';
import { predict, type Prediction } from '$lib/client/prediction.ts';
import type { BedView } from '$lib/realtime/index.ts';

const EVERY_MS = 5000;

export class BedPrediction {
  readonly #bed: () => BedView | undefined;
  readonly #ward: LiveWard;
  readonly #slowNow = $derived.by(() => monotonicMs(Math.floor(this.#ward.now / EVERY_MS) * EVERY_MS));
  readonly #channels = $derived.by(() => this.#bed()?.channels ?? []);
  readonly #models = $derived.by(() => this.#bed()?.models);
  readonly #plan = $derived.by(() => this.#bed()?.session?.plan);
  readonly result = $derived.by(() => {
    const bed = { channels: this.#channels, ...(this.#models && { models: this.#models }) };
    return this.#plan && bed.channels.some(({ isTherapy }) => isTherapy)
      ? predict(bed, this.#plan, this.#slowNow)
      : undefined;
  });

  constructor(ward: LiveWard, bed: () => BedView | undefined) {
    this.#ward = ward;
    this.#bed = bed;
  }

  get current(): Prediction | undefined {
    return this.result?.ok ? this.result.value : undefined;
  }
}

const PREDICTION = Symbol('prediction');

export const setPrediction = (prediction: BedPrediction): BedPrediction => setContext(PREDICTION, prediction);
export const usePrediction = (): BedPrediction => getContext<BedPrediction>(PREDICTION);
