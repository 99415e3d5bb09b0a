export * from './compartments.ts';
export * from './dose.ts';
export * from './dose-unit-table.ts';
export * from './drug-names.ts';
export * from './effect.ts';
export * from './parameter-sets.ts';
export * from './pump-dose.ts';
export * from './refusal-words.ts';
