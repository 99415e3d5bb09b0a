import type { Actor } from '$lib/domain/index.ts';
import type { WebStation } from '$lib/server/station.ts';

declare global {
  namespace App {
    interface Locals {
      station: WebStation;
      actor: Actor;
      /** The name given when the watch was started; empty before. */
      name: string;
    }
  }
}

export {};
