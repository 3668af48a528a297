import { compare } from '../measure/compare.ts'
import type { Load } from '../measure/load.ts'
import { assertSameShape } from '../measure/shape.ts'
import { seededIdsOf } from '../targets/seed-tickets.ts'
import { bearerOf, startFloor, startTicketService } from '../targets/targets.ts'
import type { World } from '../targets/world.ts'
import type { BenchCase } from './case.ts'

/** Fewer than the pool has connections, so that no request waits for one. */
const connections = 16
const reader = 7
/** Whose list nobody reads, so that it stays as long as it was. */
const writer = 19

/** A ticket that InvGate was asked for lately: two rows from the mirror. */
export const detail = ticketCase('detail', 0.7, (world) => ({
  requests: seededIdsOf(reader)
    .slice(0, 200)
    .map((id) => ({ method: 'GET', path: `/api/tickets/${id}` })),
  headers: bearerOf(world, reader),
  status: 200,
  connections,
}))

export const list = ticketCase('list of 20', 0.7, (world) => ({
  requests: [{ method: 'GET', path: '/api/tickets' }],
  headers: bearerOf(world, reader),
  status: 200,
  connections,
}))

/** As JSON without files, through a sandbox that answers at once. */
export const create = ticketCase('create', 0.6, (world) => ({
  requests: [{ method: 'POST', path: '/api/tickets', body: JSON.stringify(newTicket) }],
  headers: { ...bearerOf(world, writer), 'content-type': 'application/json' },
  status: 201,
  connections,
}))

const newTicket = {
  source_id: 2,
  category_id: 6,
  type_id: 1,
  priority_id: 3,
  title: 'The printer prints blank pages',
  description: 'Since this morning every job comes out as a stack of blank pages. '.repeat(6).trim(),
}

function ticketCase(name: string, goal: number, loadOf: (world: World) => Load): BenchCase {
  return async (world, { pace }) => {
    const [ours, floor] = await Promise.all([startTicketService(world), startFloor(world)])
    const load = loadOf(world)
    assertSameShape(await firstAnswer(ours.url, load), await firstAnswer(floor.url, load))
    const comparison = await compare(ours, floor, load, pace)
    await Promise.all([ours.stop(), floor.stop()])
    return { compared: [{ name, goal, comparison }], measured: [] }
  }
}

async function firstAnswer(url: string, { requests: [request], headers, status }: Load): Promise<unknown> {
  const { path = '/', method = 'GET', body } = request ?? {}
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: String(body) }),
  })
  const text = await response.text()
  if (response.status === status) return JSON.parse(text)
  throw new Error(`${method} ${url}${path} answered ${response.status}: ${text}`)
}
