import Type, { type TObject } from 'typebox'
import { LogicalFault, Refusal } from '../api/failures.ts'
import type { World } from '../world/world.ts'
import { getIncident } from './get-incident.ts'
import type { Incident } from './incident.ts'

type Values = Record<string, unknown>

export type StateChange = {
  readonly method: 'POST' | 'PUT'
  readonly path: string
  readonly parameters: TObject
  readonly from: readonly number[]
  readonly apply: (now: number, values: Values) => Partial<Incident>
  /** Throws when the parameters don't go together. */
  readonly check?: (values: Values) => void
}

const int = Type.Integer()
const optionalInt = Type.Optional(Type.Integer())
const text = Type.String({ minLength: 1 })
const optionalText = Type.Optional(Type.String())

const active = [1, 2, 3, 4]
const byAuthor = { request_id: int, author_id: int, comment: optionalText }
const reopened = () => ({ statusId: 2, solvedAt: null, closedAt: null })

/** From which status a call is allowed and what it makes of the incident. */
export const stateChanges: readonly StateChange[] = [
  {
    method: 'POST',
    path: '/incident.reassign',
    parameters: Type.Object({ ...byAuthor, group_id: optionalInt, agent_id: optionalInt }),
    from: active,
    apply: (_now, { group_id, agent_id }) => ({
      statusId: 2,
      assignedGroupId: typeof group_id === 'number' ? group_id : null,
      assignedId: typeof agent_id === 'number' ? agent_id : null,
    }),
  },
  {
    method: 'POST',
    path: '/incident.waitingfor.:party',
    parameters: Type.Object({ request_id: int }),
    from: active,
    apply: () => ({ statusId: 4 }),
  },
  {
    method: 'POST',
    path: '/incident.cancel',
    parameters: Type.Object(byAuthor),
    from: active,
    apply: (now) => ({ statusId: 8, closedAt: now }),
  },
  {
    method: 'POST',
    path: '/incident.reject',
    parameters: Type.Object(byAuthor),
    from: active,
    apply: (now) => ({ statusId: 7, closedAt: now }),
  },
  {
    method: 'PUT',
    path: '/incident.reopen',
    parameters: Type.Object({ request_id: int, author_id: optionalInt }),
    from: [5, 6, 7, 8],
    apply: reopened,
  },
  {
    method: 'PUT',
    path: '/incident.solution.accept',
    parameters: Type.Object({
      id: int,
      rating: Type.Integer({ minimum: 1, maximum: 5 }),
      comment: optionalText,
    }),
    check: ({ rating, comment }) => {
      if (Number(rating) < 4 && !comment) throw new Refusal(428, 'comment is required for a rating below 4')
    },
    from: [5],
    apply: (now) => ({ statusId: 6, closedAt: now }),
  },
  {
    method: 'PUT',
    path: '/incident.solution.reject',
    parameters: Type.Object({ id: int, comment: text }),
    from: [5],
    apply: reopened,
  },
]

/** @throws LogicalFault for an unknown incident, or one whose status does not allow the change. */
export function changeState(world: World, change: StateChange, values: Values): void {
  change.check?.(values)
  const incident = getIncident(world, Number(values.request_id ?? values.id))
  if (!change.from.includes(incident.statusId)) {
    throw new LogicalFault(`The request's status (${incident.statusId}) does not allow this`)
  }
  const now = world.now()
  world.incidents.set(incident.id, { ...incident, ...change.apply(now, values), lastUpdate: now })
}
