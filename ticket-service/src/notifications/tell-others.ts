import type { TellOthers, TicketEvent } from '../tickets/ticket-event.ts'
import { maySee, viewerOf, worksOn } from '../tickets/ticket-policy.ts'
import { type Audience, audienceOf } from './audience.ts'
import { bodyOf, messageOf } from './notification-message.ts'
import type { MailChoice } from './notification-settings.ts'
import type { Meant, Told, ToldRepository } from './told.repository.ts'

type Needs = {
  told: ToldRepository
  /** Null where no mail is sent. */
  mailByDefault: MailChoice | null
  /** Writes down what the webhooks of the tenant are to be told. */
  announce: TellOthers
}

/**
 * Makes what the core calls for everything that happens to a ticket, in the transaction of the cause: notifications, and
 * what their channels still have to deliver, are there if and only if the cause is. One statement reads
 * who is told, without locks; at most three write. @throws what the database throws: the cause fails too
 */
export function createTellOthers({ told, mailByDefault, announce }: Needs): TellOthers {
  return async (tx, event) => {
    const audience = audienceOf(event)
    const mail = mailByDefault === null ? null : { byDefault: mailByDefault[event.kind] }
    const meant = await told.find(tx, audience, { kind: event.kind, mail })
    const people = meant.filter(seesIt(event, audience))
    await told.insert(tx, people.map(toRow(event, audience)))
    await announce(tx, event)
  }
}

/**
 * By the one policy: whoever watches a ticket, or is its agent, may have become somebody since who may not see it any more.
 * Whom the directory does not know yet is told of nothing but their own.
 */
function seesIt({ ticket }: TicketEvent, { staffOnly }: Audience) {
  return ({ userId, as }: Meant): boolean => {
    if (as === null) return !staffOnly && userId === ticket.userId
    const scope = { tenantId: ticket.tenantId, viewer: viewerOf(as.role, userId, as.key) }
    return staffOnly ? worksOn(scope, ticket) : userId === ticket.userId || maySee(scope, ticket)
  }
}

function toRow(event: TicketEvent, { tenantId, ticketId, staffOnly }: Audience) {
  const title = event.ticket.title
  const body = bodyOf(event)
  return ({ userId, byMail }: { userId: number; byMail: boolean }): Told => ({
    tenantId,
    userId,
    kind: event.kind,
    ticketId,
    actorId: event.actor.id,
    title,
    message: messageOf(event, userId === event.ticket.agentId),
    createdAt: event.at,
    mail: byMail ? { body, staffOnly } : null,
  })
}
