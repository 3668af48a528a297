/** ER_GET_CONNECTION_TIMEOUT of the driver: no connection could be had from the pool in time. */
const noConnection = 45028

/**
 * Whether a failure is one of the database's absence: it refuses connections, cut one, or none came free in time. The driver calls
 * an error fatal when its connection is over.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error) || !('sqlState' in error || 'fatal' in error)) return false
  const errno = 'errno' in error ? error.errno : undefined
  return ('fatal' in error && error.fatal === true) || errno === noConnection
}
