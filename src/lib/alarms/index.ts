export * from './lifecycle.ts';
export * from './signal.ts';
