// The import rules of the house: a row a room, and all of ours it may import besides itself.
const rooms = {
  'domain': [],
  'wire': ['domain'],
  'components/ui': [],
  'components/graph': ['components/ui', 'domain'],
  'components/live': ['components/ui', 'wire', 'domain'],
  'components/exchange': ['components/ui', 'components/live', 'components/graph', 'wire', 'domain'],
  'components/charts': ['components/ui', 'components/live', 'wire', 'domain'],
  'components/shell': ['components/ui', 'components/live', 'wire', 'domain'],
  'components/(editor|versions|runs|fleet|metrics|logs|alerts|workflows|settings|triggers)': ['components/ui', 'components/live', 'components/graph', 'components/exchange', 'components/charts', 'wire', 'domain'],
  'server/ports': ['domain'],
  'server/usecases': ['server/ports', 'domain'],
  'server/engine': ['server/ports', 'domain'],
  'server/router': ['server/ports', 'wire', 'domain'],
  'server/live': ['server/ports', 'wire', 'domain'],
  'server/fleet-sim': ['wire', 'domain'],
  'server/adapters': ['server/ports', 'domain'],
  'server/boot': ['server', 'wire', 'domain'],
  'app': ['server/boot', 'components', 'wire', 'domain'],
}
const ours = '^(app|components|server|wire|domain)/'
const isTest = '\\.(test|suite)\\.tsx?$'

const rule = ([room, allowed]) => ({
  name: `room-${room.replaceAll('/', '-')}`,
  severity: 'error',
  comment: `${room} may import ${allowed.length === 0 ? 'nothing else of ours' : allowed.join(', ')}`,
  from: { path: `^${room}/`, pathNot: isTest },
  to: { path: ours, pathNot: [room, ...allowed].map((name) => `^${name}/`) },
})

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(rule),
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'features-apart', severity: 'error', from: { path: '^components/(editor|versions|runs|fleet|metrics|logs|alerts|workflows|settings|triggers)/' }, to: { path: '^components/(editor|versions|runs|fleet|metrics|logs|alerts|workflows|settings|triggers)/', pathNot: '^components/$1/' } },
    { name: 'adapters-apart', severity: 'error', from: { path: '^server/adapters/([^/]+)/', pathNot: isTest }, to: { path: '^server/adapters/', pathNot: '^server/adapters/$1/' } },
    { name: 'domain-reaches-zod-alone', severity: 'error', from: { path: '^domain/', pathNot: [isTest, '^domain/trigger/cron[.]ts$', '^domain/metric/duration-sketch[.]ts$'] }, to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod/' } },
    { name: 'cron-reaches-croner-alone', severity: 'error', comment: 'docs/decisions/0005-cron-in-the-domain.md', from: { path: '^domain/trigger/cron[.]ts$' }, to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/croner/' } },
    { name: 'sketch-reaches-its-library-alone', severity: 'error', comment: 'docs/decisions/0009-percentiles-that-add-up.md', from: { path: '^domain/metric/duration-sketch[.]ts$' }, to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/(zod|@datadog/sketches-js)/' } },
    { name: 'sketch-stays-on-the-server', severity: 'error', comment: 'Its unused protobuf part asks for a package that is not there; a bundler of pages would stop at it.', from: { path: '^(components|wire)/', pathNot: isTest }, to: { path: '^domain/metric/duration-sketch[.]ts$', reachable: true } },
    { name: 'telemetry-on-demand', severity: 'error', comment: 'Who collects nothing loads nothing of it.', from: { path: '^server/', pathNot: [isTest, '^server/adapters/otel/'] }, to: { path: '^server/adapters/otel/', dynamic: false, dependencyTypesNot: ['type-only'] } },
    { name: 'banned-names', severity: 'error', from: {}, to: { path: '(^|/)(utils|helpers|common|types|index)[.]tsx?$', pathNot: 'node_modules' } },
    { name: 'prisma-behind-its-adapter', severity: 'error', from: { pathNot: '^(server/adapters/prisma|prisma)' }, to: { path: '(@prisma/client|adapters/prisma/generated)' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(adapters/prisma/generated[^/]*|\\.next|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'] },
  },
}
