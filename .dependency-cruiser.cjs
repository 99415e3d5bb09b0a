/**
 * The walls between the rooms of the house (see ARCHITECTURE.md). Three tables say who may import what; rules are made of them.
 *
 * Aliases are resolved by `tsconfig.walls.json`, which names them itself: with the tsconfig that SvelteKit generates they
 * resolve to nothing and every rule passes unseen. An import that cannot be resolved is an error. `tests/architecture`
 * breaks each wall once.
 */

const lib = (...rooms) => rooms.map((room) => `^src/lib/${room}/`);

const CONTRACT = '^drivers/(driver|bytes|checksum|cutting)\\.ts$';
/** A way of writing that several protocols share; it knows none of them. */
const HL7 = '^drivers/hl7/';
/** A way of conversing that several protocols share. */
const PROBING = '^drivers/probing\\.ts$';
/** Lines of text, and the conversation with devices that speak by themselves, that several protocols share. */
const ASCII_LINE = '^drivers/ascii-line\\.ts$';
const LISTENING = '^drivers/listening\\.ts$';
/** What a rise of the volume proves, for pumps that tell no state. */
const RISING_VOLUME = '^drivers/rising-volume\\.ts$';
/** Who was turned away at a port of ours, in words, for all whose devices connect to the station. */
const REFUSALS = '^drivers/refusals\\.ts$';
/** How messages are framed at a port of ours is the transport's business, as the bits of a byte are a serial port's. */
const MLLP = '^drivers/hl7/mllp\\.ts$';
/** What others see of the drivers: contract, runner, registry, links. A protocol's own folder is the registry's business. */
const DRIVERS_FRONT = ['^drivers/[^/]+\\.ts$', '^drivers/transport/'];
const SCREEN = lib('domain', 'pharmacology', 'bedside', 'recording', 'realtime', 'messages');
const BEHIND_SCREEN = [...SCREEN, ...lib('rules', 'alarms', 'bus', 'store', 'server')];

/**
 * Room → the project's files that it may import. `$1` is what the brackets in `at` matched.
 * A file that stands in two rooms must keep the rules of both.
 */
const ROOMS = [
  room('domain', []),
  room('pharmacology', lib('domain')),
  room('rules', lib('domain')),
  room('alarms', lib('domain')),
  room('bedside', lib('domain', 'rules', 'alarms', 'pharmacology')),
  room('recording', lib('domain')),
  room('realtime', lib('domain')),
  room('messages', lib('domain')),
  room('bus', lib('domain', 'recording', 'realtime')),
  room('store', lib('domain', 'recording')),
  room('server', [...BEHIND_SCREEN, ...DRIVERS_FRONT, '^simulators/']),
  room('client', SCREEN),
  room('charts', [...SCREEN, ...lib('client')]),
  room('components', [...SCREEN, ...lib('client', 'charts')]),
  {
    name: 'core',
    at: '^src/core/',
    may: [
      '^src/core/',
      ...lib('domain', 'bedside', 'rules', 'alarms', 'pharmacology', 'recording', 'store', 'bus', 'realtime'),
      ...DRIVERS_FRONT,
    ],
  },
  {
    name: 'cli',
    at: '^src/cli/',
    may: ['^src/(cli|core)/', ...BEHIND_SCREEN, ...DRIVERS_FRONT, '^simulators/', '^package\\.json$'],
  },
  {
    name: 'pages',
    at: '^src/routes/(?!.*[.+]server\\.ts$)',
    may: [
      '^src/(routes/|app\\.css$)',
      ...lib('client', 'charts', 'components', 'domain', 'messages', 'realtime', 'pharmacology'),
    ],
  },
  {
    name: 'server-routes',
    at: '^src/(routes/.*[.+]server\\.ts$|[^/]+\\.ts$)',
    may: [
      '^src/routes/',
      ...lib('server', 'store', 'bus', 'recording', 'realtime', 'pharmacology', 'domain', 'messages'),
    ],
  },
  { name: 'driver-contract', at: CONTRACT, may: [...lib('domain'), CONTRACT] },
  { name: 'driver-front', at: '^drivers/[^/]+\\.ts$', may: [...lib('domain'), '^drivers/'] },
  {
    name: 'transport',
    at: '^drivers/transport/',
    may: [...lib('domain'), CONTRACT, MLLP, '^drivers/link\\.ts$', '^drivers/transport/'],
  },
  {
    name: 'driver',
    at: '^drivers/(?!transport/)([^/]+)/',
    may: [
      ...lib('domain'),
      ...[CONTRACT, ASCII_LINE, LISTENING, REFUSALS, RISING_VOLUME, HL7, PROBING],
      '^drivers/$1/',
    ],
  },
  {
    // A device shares its protocol's framing and codec, not the session and the observations it is there to test.
    name: 'simulator',
    at: '^simulators/(?:devices/)?([^/.]+)',
    may: [
      ...lib('domain', 'pharmacology'),
      CONTRACT,
      ASCII_LINE,
      HL7,
      '^simulators/',
      '^drivers/(link|transport/memory)\\.ts$',
      '^drivers/$1/(?!session|observations|index)[^/]+$',
    ],
  },
  { name: 'bin', at: '^bin/', may: ['^bin/'] },
];

function room(name, may) {
  return { name, at: `^src/lib/${name}/`, may: [...lib(name), ...may] };
}

/** Package → the only places of the product that may import it. What is not listed here is not part of the product. */
const PACKAGES = {
  '@photostructure/sqlite': '^src/lib/store/sqlite\\.server\\.ts$',
  serialport: '^drivers/transport/serial\\.server\\.ts$',
  'socket.io': '^(src/lib/server/|drivers/transport/vital-recorder\\.server\\.ts$)',
  'socket.io-client': '^(src/lib/client/|simulators/vital-recorder\\.server\\.ts$)',
  uplot: '^src/lib/charts/',
  rxjs: '^(drivers/((?!driver|bytes|checksum|registry)[^/]+\\.ts$|transport/)|simulators/|src/(core|cli|lib/(bus|server|client))/)',
  zod: '^src/((core|cli|routes|lib/(realtime|bus|store|server|client))/|lib/rules/schema\\.ts$)',
  svelte: '^src/(routes|lib/(client|charts|components))/',
  '@lucide/svelte': '^src/(routes|lib/components)/',
  '@sveltejs/kit': '^src/([^/]+\\.ts$|routes/|lib/server/)',
};

/** Packages for which the place in `src` above is one file, whatever its name. */
const ONE_IMPORTER = ['socket.io', 'socket.io-client'];

const NODE_IS_AT_HOME =
  '^(bin/|tests/|src/(core|cli|lib/server)/|simulators/(run-simulator|main)[^/]*\\.ts$|.*[.+]server\\.ts$)';

/** Modules that exist only inside SvelteKit's build, one by one, so that a misspelt one is still an error. */
const KIT_MODULES = [
  '^\\$app/(environment|forms|navigation|paths|server|state|types)$',
  '^\\$env/(static|dynamic)/(private|public)$',
  '^\\$service-worker$',
  '^\\./\\$types$',
];

const PRODUCT = '^(src|drivers|simulators|bin)/';
const NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];
const files = (name) => `(^|/)node_modules/${name.replaceAll('.', '\\.')}/`;

const forbid = (name, comment, rule) => ({ name, comment, severity: 'error', ...rule });

const roomWalls = ROOMS.map(({ name, at, may }) =>
  forbid(`wall-${name}`, `What ${name} may import is listed in ROOMS.`, {
    from: { path: at },
    to: { pathNot: may, dependencyTypesNot: [...NPM, 'core', 'unknown'] },
  }),
);

const packageWalls = Object.entries(PACKAGES).map(([name, at]) =>
  forbid(`package-${name}`, `${name} is imported in its own place only, see PACKAGES.`, {
    from: { path: PRODUCT, pathNot: at },
    to: { path: files(name) },
  }),
);

const soleImporters = ONE_IMPORTER.map((name) =>
  forbid(`sole-importer-${name}`, `One file imports ${name}; the others talk to that file.`, {
    from: { path: '^src/' },
    module: { path: files(name), numberOfDependentsMoreThan: 1 },
  }),
);

module.exports = {
  forbidden: [
    forbid('no-unresolvable', 'An import that leads nowhere would pass every other rule unseen.', {
      from: {},
      to: { couldNotResolve: true, pathNot: KIT_MODULES },
    }),
    forbid('no-cycle', 'Two files that need each other are one file, or hide a third.', {
      from: {},
      to: { circular: true },
    }),
    forbid('no-import-of-tests', 'The product does not know that it is tested.', {
      from: { pathNot: '^tests/' },
      to: { path: '^tests/' },
    }),
    forbid('node-only-at-the-edge', 'Disk, sockets and processes live in core, cli, server and *.server.ts.', {
      from: { pathNot: NODE_IS_AT_HOME },
      to: { dependencyTypes: ['core'] },
    }),
    forbid('package-unlisted', 'A package of the product needs a line in PACKAGES and a reason.', {
      from: { path: PRODUCT },
      to: { dependencyTypes: NPM, pathNot: Object.keys(PACKAGES).map(files) },
    }),
    ...roomWalls,
    ...packageWalls,
    ...soleImporters,
  ],
  options: {
    exclude: { path: '^(tests/(fixtures|golden)/|\\.svelte-kit/)' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.walls.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'svelte', 'default'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
