import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { AppError } from '../errors/app-error.ts'

/** Answers when the dependency works, throws when it does not. */
export type Check = () => Promise<unknown>

export type Dependencies = {
  /** Without one of these the service cannot do its work: not ready. */
  required: Record<string, Check>
  /** The service lives on without these: shown, but ready all the same. */
  optional?: Record<string, Check>
}

const Alive = Type.Object({ status: Type.Literal('ok'), service: Type.String() })
const Ready = Type.Object({
  status: Type.Literal('ready'),
  service: Type.String(),
  dependencies: Type.Record(Type.String(), Type.String()),
})

/** `/health` and `/healthz`: the process serves. `/readyz`: it can do its work, a line per dependency. */
export function registerHealth(app: FastifyInstance, service: string, dependencies: Dependencies): void {
  const config = { probe: true }
  const optional = Object.entries(dependencies.optional ?? {}).map(([name, check]) => [
    name,
    remembered(check),
  ])
  const optionalChecks: Record<string, Check> = Object.fromEntries(optional)
  for (const path of ['/health', '/healthz']) {
    app.get(
      path,
      {
        config,
        schema: { tags: ['health'], summary: 'true while the process serves', response: { 200: Alive } },
      },
      async () => ({ status: 'ok' as const, service }),
    )
  }
  app.get(
    '/readyz',
    { config, schema: { tags: ['health'], summary: 'a line per dependency', response: { 200: Ready } } },
    async () => {
      const required = await runChecks(dependencies.required)
      const lines = { ...required, ...(await runChecks(optionalChecks)) }
      const failing = Object.keys(required).filter((name) => required[name] !== 'ok')
      if (failing.length === 0) return { status: 'ready' as const, service, dependencies: lines }
      throw new AppError('service.unavailable', `not ready: ${failing.join(', ')}`, {
        data: { dependencies: lines },
      })
    },
  )
}

async function runChecks(checks: Record<string, Check>): Promise<Record<string, string>> {
  const lines = Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)])
  return Object.fromEntries(await Promise.all(lines))
}

const checkTimeoutMs = 2000

async function outcomeOf(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), checkTimeoutMs)
  })
  const outcome = check().then(
    () => 'ok',
    () => 'unavailable',
  )
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer))
}

const rememberedMs = 10_000

/** Probes come often, and from several places: what others run is asked rarely. */
function remembered(check: Check): Check {
  let outcome: Promise<unknown> | undefined
  let until = 0
  return () => {
    if (outcome === undefined || Date.now() > until) {
      outcome = check()
      until = Date.now() + rememberedMs
    }
    return outcome
  }
}
