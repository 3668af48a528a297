import { bearerOf } from '../targets/targets.ts'
import { comparedCase, connections } from './compared-case.ts'

const gate = 11

/** Of tickets that come for the first time, all to one event, which is what a gate does all evening. */
export const checkIn = comparedCase('check-in', 0.7, (world) => {
  let sold = 0
  return {
    requests: [
      {
        method: 'POST',
        path: '/checkins',
        setupRequest: (request) => {
          sold += 1
          return { ...request, body: JSON.stringify({ event_id: 'gala-2026', ticket_id: `T-${sold}` }) }
        },
      },
    ],
    headers: {
      ...bearerOf(world, gate, { role: 'committee' }),
      'content-type': 'application/json',
    },
    status: 201,
    connections,
  }
})
