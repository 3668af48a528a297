import { join } from 'node:path'
import { createControl, type SandboxControl } from '@werk/invgate-sandbox/control'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { startService } from '../../scripts/processes/service-process.ts'
import { createHolds, type Holds } from './holds.ts'
import { findStablePort } from './ports.ts'

export type Desk = {
  /** the services' way to its API, through the proxy */
  url: string
  control: SandboxControl
  holds: Holds
  close(): Promise<void>
}

/** The sandbox as a process of its own, behind a proxy that can hold a call or its answer. */
export async function startDesk(root: string, folder: string, stopped: AbortSignal): Promise<Desk> {
  const port = await findStablePort()
  const url = `http://127.0.0.1:${port}`
  const sandbox = startService({
    name: 'invgate-sandbox',
    script: join(root, 'invgate-sandbox/src/main.ts'),
    cwd: root,
    url,
    readyPath: '/health',
    logFile: join(folder, 'logs', 'invgate-sandbox.log'),
    pidFile: join(folder, 'invgate-sandbox.pid'),
    env: { PATH: process.env.PATH, SANDBOX_PORT: String(port), LOG_LEVEL: 'silent' },
  })
  await sandbox.untilReady(stopped).catch((error) => {
    sandbox.kill()
    throw error
  })
  const holds = createHolds()
  const proxy = await startTcpProxy({ host: '127.0.0.1', port }, holds.inspect)
  return {
    url: `http://127.0.0.1:${proxy.port}/api/v1/`,
    control: createControl(url),
    holds,
    async close() {
      await sandbox.stop()
      await proxy.close()
    },
  }
}
