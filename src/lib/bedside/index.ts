export * from './baseline.ts';
export { closedGates } from './commands.ts';
export * from './judge.ts';
export * from './resolve.ts';
export * from './state.ts';
export * from './step.ts';
export * from './therapy.ts';
export * from './timeline.ts';
export * from './fold.ts';
