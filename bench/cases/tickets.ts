import { seededIdsOf } from '../targets/seed-tickets.ts'
import { bearerOf } from '../targets/targets.ts'
import { comparedCase, connections } from './compared-case.ts'

const reader = 7
/** Whose list nobody reads, so that it stays as long as it was. */
const writer = 19

/** A ticket that InvGate was asked for lately: two rows from the mirror. */
export const detail = comparedCase('detail', 0.7, (world) => ({
  requests: seededIdsOf(reader)
    .slice(0, 200)
    .map((id) => ({ method: 'GET', path: `/api/tickets/${id}` })),
  headers: bearerOf(world, reader),
  status: 200,
  connections,
}))

export const list = comparedCase('list of 20', 0.7, (world) => ({
  requests: [{ method: 'GET', path: '/api/tickets' }],
  headers: bearerOf(world, reader),
  status: 200,
  connections,
}))

/** As JSON without files, through a sandbox that answers at once. */
export const create = comparedCase('create', 0.6, (world) => ({
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
