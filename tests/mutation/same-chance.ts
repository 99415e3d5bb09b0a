/** Every mutant meets the same examples, and the first that fails is enough: nobody reads a counterexample made small. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 1, endOnFailure: true });
