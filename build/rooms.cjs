/**
 * The rooms' rule (ARCHITECTURE.md, "Rooms"): who may import whom, and which room owns which package.
 * dependency-cruiser reads TypeScript through @swc/core; without it, it sees nothing and is green (test/build/rooms.test.ts plants breaches to know that it has teeth).
 */

/** Room → rooms it may import. A room may always import itself. `models` may import only the ports of `decision`. */
const MAY_IMPORT = {
  '^contract/': ['^contract/'],
  '^decision/': ['^decision/', '^contract/'],
  '^ledger/': ['^ledger/', '^contract/'],
  '^models/': ['^models/', '^contract/', '^decision/ports\\.ts$'],
  '^db/': ['^db/', '^contract/', '^ledger/'],
  '^branch/': ['^branch/', '^contract/', '^decision/', '^ledger/', '^models/', '^db/'],
  '^headoffice/': ['^headoffice/', '^contract/', '^ledger/'],
  '^electron/preload/': ['^electron/preload/', '^contract/'],
  '^electron/main/': ['^electron/main/', '^contract/'],
  '^electron/service/': ['^electron/service/', '^contract/', '^branch/'],
  '^renderer/': ['^renderer/', '^contract/'],
  '^cli/': ['^cli/', '^contract/', '^branch/', '^headoffice/'],
  '^build/': ['^build/', '^contract/'],
  '^verifier/': ['^verifier/'],
};

/** Package → the only rooms that may import it (besides tests). */
const OWNED = {
  // The screens' one use switches off a probe of `new Function` that their content policy forbids.
  zod: '^(contract/|renderer/no-eval\\.ts$)',
  // Its types describe the clients on the screens' side.
  '@orpc/contract': '^(contract|renderer)/',
  '@orpc/server': '^electron/(service|main)/',
  '@orpc/client': '^renderer/',
  'onnxruntime-node': '^models/',
  'onnxruntime-common': '^models/',
  '@bufbuild/protobuf': '^models/',
  fflate: '^models/',
  'better-sqlite3': '^db/',
  'hash-wasm': '^branch/keys/',
  'csv-parse': '^(branch|headoffice)/',
  commander: '^cli/',
  'tuf-js': '^branch/updates/',
  // Head office signs with it; the branch verifies the cached chain with it, without network and without expiry.
  '@tufjs/models': '^(branch/updates|headoffice/publish)/',
  'electron-updater': '^electron/main/',
  'builder-util-runtime': '^electron/main/',
  electron: '^electron/(main/|preload/|service/system-fetch\\.ts$)',
  qr: '^(renderer|headoffice)/',
  fastify: '^headoffice/',
  '@fastify/[a-z-]+': '^headoffice/',
  pg: '^headoffice/store/',
  '@electric-sql/pglite': '^headoffice/store/',
  'prom-client': '^headoffice/',
  cloudevents: '^headoffice/feeds/',
  'hyparquet-writer': '^headoffice/feeds/',
  // Both ends of one line: what one signs or encrypts the other reads.
  'http-message-sig': '^(branch/sync|headoffice/receive)/',
  'age-encryption': '^(branch/(sync|enrolment)|headoffice)/',
  'react(-dom)?': '^renderer/',
  '@mantine/[a-z]+': '^renderer/',
  '@tanstack/[a-z-]+': '^renderer/',
  '@visx/[a-z]+': '^renderer/',
  '@lingui/[a-z-]+': '^(renderer|build)/',
  '@tabler/icons-react': '^renderer/',
  'react-hook-form': '^renderer/',
};

const escaped = (name) => name.replaceAll('/', '\\/');

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^virtual:', '\\?modulePath$', '\\.po$', '^electron$'] },
    },
    ...Object.entries(MAY_IMPORT).map(([room, allowed]) => ({
      name: `rooms-${room.replaceAll(/[^a-z]+/g, '-').replaceAll(/^-|-$/g, '')}`,
      severity: 'error',
      comment: 'See the table of rooms in ARCHITECTURE.md.',
      from: { path: room },
      to: { path: '^(contract|decision|ledger|models|db|branch|headoffice|electron|renderer|cli|build|test|verifier)/', pathNot: allowed },
    })),
    ...Object.entries(OWNED).map(([name, owner]) => ({
      name: `owner-of-${name.replaceAll(/[^a-z0-9-]+/g, '-')}`,
      severity: 'error',
      comment: 'Every native or structural package has one owner.',
      from: { pathNot: [owner, '^test/', '^build/'] },
      to: { path: [`(^|/)node_modules/${escaped(name)}/`, `^${escaped(name)}$`] },
    })),
    {
      name: 'no-core-modules',
      severity: 'error',
      comment: 'These rooms know no disk, clock, process or network.',
      from: { path: '^(contract|decision|renderer|electron/preload)/', pathNot: '\\.config\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'ledger-crypto-only',
      severity: 'error',
      comment: 'The ledger is mathematics: of the core modules, crypto alone (and Buffer).',
      from: { path: '^ledger/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'verifier-stands-alone',
      severity: 'error',
      comment: 'Whoever trusts nobody must be able to read all of it: of what is not its own, Node alone.',
      from: { path: '^verifier/' },
      to: { path: '(^|/)node_modules/' },
    },
    {
      name: 'verifier-is-nobodys-library',
      severity: 'error',
      comment: 'Code that both share would hide the same mistake from both.',
      from: { pathNot: '^(verifier|test)/' },
      to: { path: '^verifier/' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(contract|decision|ledger|models|db|branch|headoffice|electron|renderer|cli|verifier)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^out/|models/onnx/generated/)' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
