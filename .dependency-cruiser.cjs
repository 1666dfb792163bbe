/**
 * Who may import whom (docs/architecture.md, "Rooms"): contracts ← sector-kit ← sectors; contracts ← alerting, pipeline
 * ← persistence, queue, live, notify, access ← apps. Paths of `#libs/*` are resolved by tsconfig.json to the sources;
 * test/boundaries.spec.ts plants a violation of each rule and sees that it is found.
 */
const TESTS = '\\.(spec|int-spec|e2e-spec)\\.ts$';

/** A lib that may import only these other libs. */
const only = (name, allowed, comment) => ({
  name: `${name}-imports-only-${allowed.length === 0 ? 'itself' : allowed.join('-')}`,
  comment,
  severity: 'error',
  from: { path: `^libs/${name}/`, pathNot: TESTS },
  to: { path: '^libs/', pathNot: [name, ...allowed].map((lib) => `^libs/${lib}/`) },
});

const NEST = 'node_modules/(@nestjs|nestjs-pino)/';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that import each other are one thing: join them, or move what both need into a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    only('contracts', [], 'contracts is the leaf: shapes only. Move what needs more into the lib that owns it.'),
    only(
      'sector-kit',
      ['contracts'],
      'The kit says what a pack must provide; what a pack is given goes through the kit, not around it.',
    ),
    only(
      'sectors',
      ['contracts', 'sector-kit'],
      'A pack declares; it knows no database, queue or app. Add what it misses to sector-kit.',
    ),
    only('alerting', ['contracts', 'sector-kit'], 'Rules are pure: give them what they need as arguments or ports.'),
    only(
      'pipeline',
      ['contracts', 'sector-kit'],
      'Stages are pure; declare a port in libs/pipeline and implement it in an adapter.',
    ),
    only('client', [], 'The client is embedded elsewhere: it has no dependency but Node.'),
    only('platform', ['contracts'], 'platform serves every adapter and app; it may know none of them.'),
    {
      name: 'adapters-know-no-sector',
      comment: 'Adapters work for every pack. Take what you need from a Catalogue that the app passes in.',
      severity: 'error',
      from: { path: '^libs/(persistence|queue|live|notify|access)/', pathNot: TESTS },
      to: { path: '^libs/sectors/' },
    },
    {
      name: 'sectors-only-through-the-catalogue',
      comment: 'Nothing names a sector: import `loadCatalogue` of #libs/sectors, never a folder below it.',
      severity: 'error',
      from: { pathNot: '^(libs/sectors|test)/' },
      to: { path: '^libs/sectors/[^/]+/' },
    },
    {
      name: 'sectors-stand-alone',
      comment: 'A pack must not import another pack: common parts belong into sector-kit.',
      severity: 'error',
      from: { path: '^libs/sectors/([^/]+)/' },
      to: { path: '^libs/sectors/([^/]+)/', pathNot: '^libs/sectors/$1/' },
    },
    {
      name: 'platform-only-for-adapters-and-apps',
      comment: 'Pure libs take settings, clock and log as arguments or ports.',
      severity: 'error',
      from: { path: '^libs/(contracts|sector-kit|sectors|alerting|pipeline|client)/' },
      to: { path: '^libs/platform/' },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'An app composes libs. What a lib needs of an app is a port that the app fills.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-never-import-apps',
      comment:
        'Between apps only data moves (jobs, live messages): put the shared shape into contracts, shared code into a lib.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'web-imports-contracts-only',
      comment: 'Pages speak to the hub through its doors; they share shapes with it and nothing else.',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^libs/', pathNot: '^libs/contracts/' },
    },
    {
      name: 'simulator-is-like-anyone',
      comment: 'Demo sources use the public door and the client library, as a sector system would.',
      severity: 'error',
      from: { path: '^apps/simulator/', pathNot: TESTS },
      to: { path: '^libs/(persistence|queue|live|access|pipeline|notify|alerting)/' },
    },
    {
      name: 'product-never-imports-tests-or-tools',
      comment: 'What the product needs does not belong under test/ or tools/.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TESTS },
      to: { path: '^(test|tools)/' },
    },
    {
      name: 'lib-by-its-index-only',
      comment: 'Import `#libs/<name>`: what a lib does not export is its own affair.',
      severity: 'error',
      from: { path: '^(apps/[^/]+|libs/[^/]+)/', pathNot: TESTS },
      to: { path: '^libs/([^/]+)/(?!index\\.ts$).+', pathNot: ['^$1/', '^libs/sectors/'] },
    },
    {
      name: 'pure-libs-know-no-nest',
      comment: 'These must run in a browser, a test or another system: plain TypeScript.',
      severity: 'error',
      from: { path: '^libs/(contracts|sector-kit|alerting|pipeline|client)/', pathNot: TESTS },
      to: { path: NEST },
    },
    {
      name: 'contracts-do-no-io',
      comment: 'contracts are also compiled into the pages: no Node module, no package.',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: TESTS },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: { pathNot: '^apps/web/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.hub)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
