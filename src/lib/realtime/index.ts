export * from './contract.ts';
export * from './difference.ts';
export * from './pack.ts';
export * from './view.ts';
