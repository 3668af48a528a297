import { compare } from '../measure/compare.ts'
import type { Load } from '../measure/load.ts'
import { assertSameShape } from '../measure/shape.ts'
import { startFloor, startTicketService } from '../targets/targets.ts'
import type { World } from '../targets/world.ts'
import type { BenchCase } from './case.ts'

/** Fewer than the pool has connections, so that no request waits for one. */
export const connections = 16

/** One kind of request to the ticket-service beside the same to the floor, which must answer alike. */
export function comparedCase(
  name: string,
  goal: number,
  loadOf: (world: World) => Load | Promise<Load>,
): BenchCase {
  return async (world, { pace }) => {
    const [ours, floor] = await Promise.all([startTicketService(world), startFloor(world)])
    const load = await loadOf(world)
    assertSameShape(await firstAnswer(ours.url, load), await firstAnswer(floor.url, load))
    const comparison = await compare(ours, floor, load, pace)
    await Promise.all([ours.stop(), floor.stop()])
    return { compared: [{ name, goal, comparison }], measured: [] }
  }
}

async function firstAnswer(
  url: string,
  { requests: [request = {}], headers, status }: Load,
): Promise<unknown> {
  const { setupRequest } = request
  const made = typeof setupRequest === 'function' ? setupRequest(request, {}) : request
  const { path = '/', method = 'GET', body } = made
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: String(body) }),
  })
  const text = await response.text()
  if (response.status === status) return JSON.parse(text)
  throw new Error(`${method} ${url}${path} answered ${response.status}: ${text}`)
}
