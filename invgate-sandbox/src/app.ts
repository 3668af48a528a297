import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Credentials, requireBasicAuth } from './api/basic-auth.ts'
import { answerFailures } from './api/failures.ts'
import { createParameterReader } from './api/parameters.ts'
import { createReceiver } from './api/receive.ts'
import { apiPrefix, stripPrefix } from './api/route-name.ts'
import { attachmentRoutes } from './attachments/attachments.routes.ts'
import { createFileStore } from './attachments/file-store.ts'
import { catalogRoutes } from './catalog/catalog.routes.ts'
import { commentRoutes } from './comments/comments.routes.ts'
import { createFaultBook } from './faults/fault-book.ts'
import { faultRoutes } from './faults/faults.routes.ts'
import { injectFaults } from './faults/inject-faults.ts'
import { incidentRoutes } from './incidents/incidents.routes.ts'
import { listingRoutes } from './incidents/listings.routes.ts'
import { stateChangeRoutes } from './incidents/state-changes.routes.ts'
import { createCallLog, logCalls } from './inspection/call-log.ts'
import { inspectionRoutes } from './inspection/inspection.routes.ts'
import { settingsRoutes } from './settings/settings.routes.ts'
import { defaultSettings, type Settings } from './settings/settings.ts'
import { userRoutes } from './users/users.routes.ts'
import { createSnapshotFile } from './world/snapshot-file.ts'
import { createWorld, type Snapshot } from './world/world.ts'

export type SandboxOptions = Credentials & {
  /** Where the state is kept; attachments go into the folder `<persistFile>.files`. Without it nothing outlives the app. */
  readonly persistFile?: string
  /** pino's level, `silent` by default. */
  readonly logLevel?: string
  readonly createShape?: Settings['createShape']
  /** Epoch milliseconds; `Date.now` by default. */
  readonly clock?: () => number
}

const jsonLimit = 16 * 1024 * 1024

/** Makes the sandbox: InvGate's calls below `/api/v1/`, and below `/control` what tests and drills steer it with. */
export function buildSandbox(options: SandboxOptions): FastifyInstance {
  const parts = createParts(options)
  const app = Fastify({
    logger: { level: options.logLevel ?? 'silent' },
    bodyLimit: jsonLimit,
    // hung calls and idle clients must not hold up the end
    forceCloseConnections: true,
  })
  app.addHook('onReady', parts.dropStrayFiles)
  app.addHook('onClose', async () => {
    await parts.world.settled()
    await parts.store.close()
  })
  app.setValidatorCompiler(parts.parameters.compiler)
  answerFailures(app)
  app.register(formbody, { bodyLimit: jsonLimit })
  app.register(multipart, { limits: { fileSize: Number.POSITIVE_INFINITY } })

  app.get('/health', async () => ({ status: 'ok', service: 'invgate-sandbox' }))
  app.register(async (api) => registerApi(api, parts, options), { prefix: apiPrefix })
  app.register(async (control) => registerControl(control, parts), { prefix: '/control' })
  return app
}

type Parts = ReturnType<typeof createParts>

function createParts({ persistFile, createShape, clock = Date.now }: SandboxOptions) {
  const store = createFileStore(persistFile === undefined ? undefined : `${persistFile}.files`)
  const world = createWorld(
    persistFile === undefined ? null : createSnapshotFile<Snapshot>(persistFile),
    clock,
  )
  const initialSettings = { ...defaultSettings, createShape: createShape ?? defaultSettings.createShape }
  return {
    clock,
    store,
    world,
    parameters: createParameterReader(),
    initialSettings,
    settings: { ...initialSettings },
    faults: createFaultBook(),
    log: createCallLog(),
    /** Names of the routes below the API's prefix, as they get registered. */
    routes: new Set<string>(),
    dropStrayFiles: () => store.keepOnly(new Set([...world.attachments.values()].map(({ key }) => key))),
  }
}

function registerApi(api: FastifyInstance, parts: Parts, credentials: Credentials): void {
  const { world, store, settings } = parts
  const receive = createReceiver(store, parts.parameters)
  api.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) parts.routes.add(`${verb} ${stripPrefix(url)}`)
  })
  logCalls(api, parts.log, parts.clock)
  api.addHook('onRequest', requireBasicAuth(credentials))
  answerFailures(api)
  injectFaults(api, parts.faults)

  incidentRoutes(api, world, receive, settings)
  listingRoutes(api, world, settings)
  stateChangeRoutes(api, world, receive)
  commentRoutes(api, world, receive)
  attachmentRoutes(api, world, store)
  userRoutes(api, world, receive)
  catalogRoutes(api)
}

function registerControl(control: FastifyInstance, parts: Parts): void {
  const { world, settings, faults, log } = parts
  answerFailures(control, 400)
  faultRoutes(control, faults, parts.routes)
  settingsRoutes(control, settings)
  inspectionRoutes(control, world, log)

  control.delete('/state', async (_request, reply) => {
    faults.replace([])
    log.clear()
    Object.assign(settings, parts.initialSettings)
    await world.reset()
    await parts.dropStrayFiles()
    return reply.code(204).send()
  })
}
