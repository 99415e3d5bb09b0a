/** The store's front door: the contract, its failure, and how to open a recording. */
export type * from './store.ts';
export { StoreFailure, type StoreFailureReason } from './store-failure.ts';
export { openReader } from './sqlite-reader.server.ts';
export { openWriter } from './sqlite-writer.server.ts';
