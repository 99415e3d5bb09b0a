export * from './catalog.ts';
export * from './context.ts';
export { ruleOfInstance } from './crossing.ts';
export * from './evaluate.ts';
export * from './priority.ts';
export { limitOf } from './expression.ts';
