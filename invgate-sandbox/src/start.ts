import type { FastifyInstance } from 'fastify'
import { buildSandbox, type SandboxOptions } from './app.ts'
import { createControl, type SandboxControl } from './control.ts'

export type StartOptions = Partial<SandboxOptions> & { readonly host?: string; readonly port?: number }

export type RunningSandbox = {
  /** Base of the API, with a slash at the end: `http://127.0.0.1:18083/api/v1/`. */
  readonly url: string
  readonly origin: string
  readonly username: string
  readonly password: string
  readonly app: FastifyInstance
  readonly control: SandboxControl
  close(): Promise<void>
}

/** Starts a sandbox: on a free port of the loopback and with the account sandbox / sandbox unless told otherwise. */
export async function startSandbox(options: StartOptions = {}): Promise<RunningSandbox> {
  const { host = '127.0.0.1', port = 0, username = 'sandbox', password = 'sandbox', ...rest } = options
  const app = buildSandbox({ ...rest, username, password })
  const origin = await app.listen({ host, port })
  return {
    url: `${origin}/api/v1/`,
    origin,
    username,
    password,
    app,
    control: createControl(origin),
    close: () => app.close(),
  }
}
