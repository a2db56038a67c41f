// Who may import whom. Change the table here, in its own commit, with a reason.

const mayImport = {
  instruments: [],
  calendar: ['instruments'],
  brokers: ['instruments', 'calendar'],
  ingestion: ['instruments', 'brokers', 'calendar'],
  schedules: ['instruments', 'calendar', 'ingestion'],
  // it reads its files as ingestion reads dumps
  reference: ['instruments', 'ingestion'],
  // It reads the tables of ingestion's runs and nothing of its code.
  quality: ['instruments', 'brokers'],
  catalogue: ['instruments', 'brokers'],
  subscriptions: ['instruments', 'brokers', 'catalogue'],
  sync: ['instruments', 'brokers', 'ingestion'],
  delivery: [],
  audit: [],
  retention: [],
  auth: [],
};

const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    error('no-cycles', 'A cycle means two files that are really one.', { pathNot: 'node_modules' }, { circular: true }),
    error(
      'platform-knows-no-module',
      'The platform is what is left when every feature is deleted.',
      { path: '^src/platform/' },
      { path: '^src/(modules|cli|app[.]module|main)' },
    ),
    error(
      'nobody-imports-the-program',
      'main, cli and app.module are entry points; only tests and benches start the program.',
      { path: '^src/', pathNot: '^src/(main|cli|app[.]module)[.]ts$' },
      { path: '^src/(main|cli|app[.]module)[.]ts$' },
    ),
    error(
      'nobody-imports-the-command-line',
      'The command line is a client of the service, and nobody is a client of it.',
      { path: '^(src|bench)/', pathNot: '^src/cli([.]ts$|/)' },
      { path: '^src/cli/' },
    ),
    error(
      'command-line-enters-by-the-front-door',
      'It talks HTTP; what works on the database directly comes from the platform and from the front doors of modules.',
      { path: '^src/cli([.]ts$|/)' },
      { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index[.]ts$' },
    ),
    error(
      'generator-knows-nothing-of-the-registry',
      'What makes test data must not share the mistakes of what reads it.',
      { path: '^src/generator/', pathNot: '[.]spec[.]ts$' },
      { path: '^src/', pathNot: '^src/generator/' },
    ),
    error(
      'front-door-only',
      'A module is entered through its index.ts.',
      { path: '^src/modules/([^/]+)/' },
      { path: '^src/modules/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index[.]ts$'] },
    ),
    error(
      'not-through-your-own-front-door',
      'Inside a module, import the file itself.',
      { path: '^src/modules/([^/]+)/' },
      { path: '^src/modules/$1/index[.]ts$' },
    ),
    error(
      'domain-is-pure',
      "No Nest, no Prisma, no I/O: only zod, errors and the Decider type. (Other modules' domain comes through their front door.)",
      { path: '^src/modules/[^/]+/domain/', pathNot: '[.]spec[.]ts$' },
      {
        pathNot: [
          '^src/modules/[^/]+/domain/',
          '^src/platform/errors[.]ts$',
          '^src/platform/event-store/decider[.]ts$',
          'node_modules/zod/',
          '^src/modules/[^/]+/index[.]ts$',
        ],
      },
    ),
    ...Object.entries(mayImport).map(([module, others]) =>
      error(
        `${module}-imports-only`,
        `${module} may use: ${others.join(', ') || 'no other module'}.`,
        { path: `^src/modules/${module}/` },
        { path: '^src/modules/', pathNot: `^src/modules/(${[module, ...others].join('|')})/` },
      ),
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/generated/' },
  },
};
