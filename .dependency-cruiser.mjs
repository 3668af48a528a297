/** The layer rules of the house: see docs/adr/0002-layers.md. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })
const service = '^(identity-service|ticket-service)/'
const wire = '\\.(routes|request|schemas|wire)\\.ts$'

export default {
  forbidden: [
    forbid('no-circular', {}, { circular: true }, 'a cycle has no first file to read'),
    forbid(
      'services-are-strangers',
      { path: '^(identity-service|ticket-service)/' },
      { path: '^(identity-service|ticket-service)/', pathNot: '^$1/' },
      'the services share nothing but shared/',
    ),
    forbid(
      'shared-knows-no-feature',
      { path: '^shared/src/' },
      { path: service },
      'shared/ is platform and wire',
    ),
    forbid(
      'routes-hold-no-database',
      { path: wire },
      { path: 'infrastructure/|generated/|\\.repository\\.ts$|node_modules/(mariadb|@prisma)/' },
      'routes call use cases',
    ),
    forbid(
      'use-cases-know-no-http',
      { path: `${service}src/[^/]+/`, pathNot: `${wire}|\\.repository\\.ts$|/(infrastructure|composition)/` },
      { path: `node_modules/(fastify|@fastify|@prisma|mariadb)/|generated/|${wire}` },
      'use cases know neither Fastify nor the database nor the wire',
    ),
    forbid(
      'use-cases-are-given-their-repositories',
      { path: `${service}src/[^/]+/`, pathNot: `${wire}|\\.repository\\.ts$|/(infrastructure|composition)/` },
      { path: '\\.repository\\.ts$', dependencyTypesNot: ['type-only'] },
      'dependencies are arguments: only their types are imported',
    ),
    forbid(
      'repositories-know-no-wire',
      { path: '\\.repository\\.ts$' },
      { path: `${wire}|node_modules/(fastify|@fastify)/` },
      'repositories speak domain types',
    ),
    forbid(
      'production-code-without-tests',
      { path: '/src/', pathNot: '/src/test-kit/' },
      { path: '/test/|/src/test-kit/' },
      'what runs in production does not import tests',
    ),
    forbid('not-to-unresolvable', {}, { couldNotResolve: true }, 'every import resolves'),
  ],
  options: {
    doNotFollow: { path: 'node_modules|generated' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
