/** What is known of a failed call. Nothing of the client's own error comes along, which carries the request. */
export class S3Error extends Error {
  readonly operation: string
  /** S3's name for it, such as NoSuchKey, or the network's, such as ECONNREFUSED. */
  readonly reason: string
  /** HTTP; null when there was no answer. */
  readonly status: number | null

  constructor(operation: string, reason: string, status: number | null) {
    super(`S3 ${operation} failed: ${reason}`)
    this.name = 'S3Error'
    this.operation = operation
    this.reason = reason
    this.status = status
  }

  /** There is no such object, nor does it lack its bucket, as far as the server says. */
  get isAbsent(): boolean {
    return this.status === 404 && this.reason !== 'NoSuchBucket'
  }
}

type Logger = Record<'debug' | 'warn', (fields: object, message: string) => void>

/** Milliseconds of a whole call with its retries; of a download, up to its first byte. */
const limits = {
  head: 10_000,
  get: 10_000,
  delete: 10_000,
  list: 10_000,
  check: 5000,
  copy: 60_000,
  put: 600_000,
}

/** Makes what every call to S3 goes through: a time limit, a log line, and one kind of failure. */
export function createS3Calls(logger: Logger) {
  return async function call<T>(
    operation: keyof typeof limits,
    key: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const startedAt = performance.now()
    const fields = () => ({ s3: operation, key, ms: Math.round(performance.now() - startedAt) })
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), limits[operation])
    try {
      const result = await work(limit.signal)
      logger.debug(fields(), 'S3 answered')
      return result
    } catch (error) {
      const failure = toS3Error(operation, error)
      if (failure.isAbsent) logger.debug(fields(), 'S3 has no such object')
      else logger.warn({ ...fields(), err: failure, status: failure.status }, 'S3 failed')
      throw failure
    } finally {
      clearTimeout(timer)
    }
  }
}

function toS3Error(operation: string, error: unknown): S3Error {
  if (!(error instanceof Error)) return new S3Error(operation, String(error), null)
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown }
  const isNamed = error.name !== 'Error' && error.name !== 'AggregateError'
  const reason = isNamed ? error.name : typeof code === 'string' ? code : error.message
  return new S3Error(operation, reason, $metadata?.httpStatusCode ?? null)
}
