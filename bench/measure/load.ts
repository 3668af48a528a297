import autocannon, { type Request, type Result } from 'autocannon'
import { cpuMs } from './process-figures.ts'
import { percentile } from './statistics.ts'

export type Target = { name: string; url: string; pid: number }

export type Load = {
  /** Sent by every connection, one after another and again. */
  requests: Request[]
  headers: Record<string, string>
  /** The status that every answer must have. */
  status: number
  connections: number
}

/** Rates are per second, times in milliseconds. */
export type Figures = { perSecond: number; cpuPerRequest: number; p50: number; p99: number }

/**
 * Puts a process under load from this one, each connection sending as soon as it has its answer.
 * @throws when any answer has another status, or none comes: a bench of errors measures nothing
 */
export async function measure(target: Target, load: Load, seconds: number): Promise<Figures> {
  const { requests, headers, connections, status } = load
  const times: number[] = []
  let others = 0
  const cpuBefore = cpuMs(target.pid)
  const startedAt = performance.now()
  const options = {
    url: target.url,
    requests,
    headers,
    connections,
    duration: seconds,
    timeout: 60,
    sampleInt: 100,
  }
  const { errors } = await new Promise<Result>((resolve, reject) => {
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)))
    run.on('response', (_client, statusCode, _bytes, responseTime) => {
      times.push(responseTime)
      if (Number(statusCode) !== status) others += 1
    })
  })
  const elapsedMs = performance.now() - startedAt
  if (errors + others > 0)
    throw new Error(`${target.name}: ${others} answers other than ${status}, ${errors} requests without one`)
  return {
    perSecond: (times.length / elapsedMs) * 1000,
    cpuPerRequest: (cpuMs(target.pid) - cpuBefore) / times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  }
}
