import type { Role } from '@werk/shared/auth/principal'
import type { Actor, TicketEvent, TicketOfEvent } from '../tickets/ticket-event.ts'

/** Who works on tickets, and may therefore read internal notes. */
export const staffRoles = ['agent', 'admin', 'vendor'] as const satisfies readonly Role[]

/** Accounts by number, and by folded login name for those whose number is not known. */
export type People = { ids: number[]; keys: string[] }

/**
 * Who is told of an event: those who are meant, less those who are not to be. All are active, of the ticket's tenant, and may
 * see it.
 */
export type Audience = {
  tenantId: number
  ticketId: string
  people: People
  /** Everybody who has one of these roles, up to a bound. */
  roles: Role[]
  /** Watchers of the ticket, who are told of whatever the others are told of. */
  watchers: boolean
  /** Of those meant, only the ones with a role of staff. */
  staffOnly: boolean
  except: People
}

/**
 * The one place that says who is told of what (contract 7: the other party). Never the actor. Of internal notes and
 * escalations never the owner, and of the others only staff.
 */
export function audienceOf(event: TicketEvent): Audience {
  const { ticket, actor } = event
  const byOwner = isOwner(actor, ticket)
  const owner = ownerOf(ticket)
  const agent: People = { ids: ticket.agentId === null ? [] : [ticket.agentId], keys: [] }
  const desk: Role[] = ticket.agentId === null ? ['agent'] : []
  const open = { ...watchersAlone(event), people: join(owner, agent) }
  const internal = { ...open, people: agent, staffOnly: true, except: join(open.except, owner) }

  switch (event.kind) {
    case 'ticket.created':
      // An agent may raise it on behalf of its owner, and the service by itself. What comes from InvGate, its owner has
      // raised there.
      return { ...open, people: actor.kind === 'invgate' ? agent : open.people, roles: desk }
    case 'ticket.replied': {
      const meant = event.reply.internal ? internal : { ...open, roles: byOwner ? desk : [] }
      return { ...meant, people: join(meant.people, { ids: event.reply.mentions, keys: [] }) }
    }
    case 'ticket.status_changed':
      return { ...open, roles: byOwner ? desk : [] }
    case 'ticket.assigned':
      return open
    case 'ticket.escalated':
      return { ...internal, roles: [...desk, 'admin'] }
  }
}

/** To begin with. Never the actor. */
function watchersAlone({ ticket, actor }: TicketEvent): Omit<Audience, 'people'> {
  const ids = actor.id === null ? [] : [actor.id]
  const keys = actor.key === null || actor.key === '' ? [] : [actor.key]
  const { tenantId, id: ticketId } = ticket
  return { tenantId, ticketId, roles: [], watchers: true, staffOnly: false, except: { ids, keys } }
}

function ownerOf({ userId, creatorKey }: TicketOfEvent): People {
  if (userId !== null) return { ids: [userId], keys: [] }
  return { ids: [], keys: creatorKey === '' ? [] : [creatorKey] }
}

function isOwner(actor: Actor, { userId, creatorKey }: TicketOfEvent): boolean {
  if (actor.id !== null && userId !== null) return actor.id === userId
  return creatorKey !== '' && actor.key === creatorKey
}

function join(one: People, other: People): People {
  return { ids: [...one.ids, ...other.ids], keys: [...one.keys, ...other.keys] }
}
