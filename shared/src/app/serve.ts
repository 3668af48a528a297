import closeWithGrace from 'close-with-grace'
import type { App } from './create-app.ts'

type ServeConfig = { HOST: string; PORT: number; SHUTDOWN_TIMEOUT_MS: number }

/**
 * Listens, and shuts down in phases on SIGTERM or SIGINT: stop accepting, let what is in flight finish, then
 * (through the app's onClose hooks) stop the workers and close the connections. A second signal ends it at once.
 */
export async function serve(app: App, config: ServeConfig): Promise<void> {
  closeWithGrace({ delay: config.SHUTDOWN_TIMEOUT_MS, logger: false }, async ({ signal, err }) => {
    if (err === undefined) app.log.info({ signal }, 'shutting down')
    else app.log.fatal({ err }, 'shutting down after a fault')
    await app.close()
  })
  await app.listen({ host: config.HOST, port: config.PORT })
}
