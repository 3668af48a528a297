import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { By, Change } from '../tickets/record-change.ts'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import type { ChangePair, Pair } from './change-pair.ts'
import { endsOf, type Link, type LinkKind, mostLinks, nameOfKind, type SeenLink } from './link.ts'
import { linkToItself, tooManyLinks } from './links.errors.ts'
import type { LinksRepository } from './links.repository.ts'

/**
 * Says that a ticket relates to another, duplicates it or blocks it. A link that is there already stays as it is.
 * @throws AppError ticket.not_found, ticket.forbidden, ticket.conflict, link.invalid, link.conflict
 */
export type LinkTickets = (command: {
  scope: TicketScope
  by: By
  /** From one to the other. */
  ids: Pair<string>
  kind: LinkKind
}) => Promise<{ link: SeenLink; isNew: boolean }>

/** Writes a link between two locked tickets, unless it is there already. */
export type WriteLink = (
  tx: PoolConnection,
  tickets: Pair<DeskTicket>,
  kind: LinkKind,
  at: Date,
) => Promise<{ link: Link; isNew: boolean }>

export function createWriteLink({
  links,
}: {
  links: Pick<LinksRepository, 'findBetween' | 'insert'>
}): WriteLink {
  return async (tx, { one, other }, kind, at) => {
    const ends = endsOf(kind, one.id, other.id)
    const found = await links.findBetween(tx, { ...ends, kind })
    if (found !== null) return { link: found, isNew: false }
    const link = { id: uuidv7(), ...ends, kind, createdAt: at }
    await links.insert(tx, one.tenantId, link)
    return { link, isNew: true }
  }
}

type Needs = { changePair: ChangePair; writeLink: WriteLink; links: Pick<LinksRepository, 'list'> }

export function createLinkTickets({ changePair, writeLink, links }: Needs): LinkTickets {
  return async ({ scope, by, ids, kind }) => {
    if (ids.one === ids.other) throw linkToItself()
    let written: Awaited<ReturnType<WriteLink>> | undefined
    const pair = await changePair({ scope, ids }, by, async (tickets, tx) => {
      written = await writeLink(tx, tickets, kind, by.at)
      if (!written.isNew) return null
      for (const ticket of [tickets.one, tickets.other])
        if ((await links.list(ticket.id, tx)).length > mostLinks) throw tooManyLinks(mostLinks)
      return linkChanges('linked', tickets, written.link.id, kind)
    })
    if (written === undefined) throw new Error('a link was not written')
    const { id, createdAt } = written.link
    return { link: { id, kind, isOutward: true, other: pair.other, createdAt }, isNew: written.isNew }
  }
}

/** Each of the two was changed. Its requester may not see the other. */
export function linkChanges(
  action: 'linked' | 'unlinked',
  { one, other }: Pair<DeskTicket>,
  linkId: string,
  kind: LinkKind,
): Pair<Change> {
  const change = (to: DeskTicket, isOutward: boolean): Change => {
    const name = nameOfKind(kind, isOutward)
    const details = { link_id: linkId, kind: name, ticket_id: to.id }
    const note = { action, message: `${name} ${to.id}`, internal: true, details }
    return { fields: {}, notes: [note], happenings: [], jobs: [] }
  }
  return { one: change(other, true), other: change(one, false) }
}
