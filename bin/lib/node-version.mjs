/** Whether this Node can run the station. Loaded before anything else, so it must run on Nodes that cannot. */

/** @returns a sentence that says what is needed, or undefined when `version` (such as `v20.19.0`) will do. */
export function refuseNode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  if (fits) return undefined;
  return `Infuscope needs Node.js 20.19 or later, 22.12 or later, or 24 and above; this is ${version}. See https://nodejs.org.`;
}
