export * from './compartments.ts';
export * from './dose.ts';
export * from './effect.ts';
export * from './parameter-sets.ts';
