import { expect, test } from 'vitest';
import { refuseNode } from '../../bin/lib/node-version.mjs';

test.each(['v20.19.0', 'v20.20.2', 'v22.12.0', 'v22.20.1', 'v24.0.0', 'v26.3.1'])('Node %s will do', (version) => {
  expect(refuseNode(version)).toBeUndefined();
});

test.each(['v12.22.0', 'v18.20.8', 'v20.18.3', 'v21.7.3', 'v22.11.0', 'v23.9.0'])('Node %s is refused', (version) => {
  expect(refuseNode(version)).toContain(version);
});
