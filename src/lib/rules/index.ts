export { calmUntil } from './calm.ts';
export * from './context.ts';
export { ruleOfInstance } from './crossing.ts';
export * from './delay.ts';
export * from './evaluate.ts';
export * from './presets.ts';
export * from './priority.ts';
