import type { Arm } from './ticket-arms.repository.ts'
import { bracketed, type Condition, is, joined } from './ticket-conditions.repository.ts'

/** `found`: a SELECT of the ids of tickets, to be joined by that name; `seen`: what of them the viewer sees. */
export type Search = { found: Condition; seen: Condition }

/**
 * One full-text search for all arms, as each would cost the same. Whoever answers some tickets and raised others, which
 * somebody else answers, finds by the notes of the former alone: so what is found tells whether it is by a note only.
 * @param typed as `searchQueryOf` gives it
 */
export function searchOf(arms: readonly Arm[], tenantId: number, typed: string): Search {
  const answered = arms.filter(({ isAnswered }) => isAnswered)
  const texts = [tenantId, typed, typed]
  if (answered.length === 0)
    return { found: is(textsOf('', 'AND NOT internal'), ...texts), seen: anyOf(arms) }
  if (answered.length === arms.length) return { found: is(textsOf('', ''), ...texts), seen: anyOf(arms) }
  const found = `SELECT id, MIN(is_note) AS is_note FROM (${textsOf(', internal', '')}) texts GROUP BY id`
  const inPublic = (arm: Arm) => joined([arm, is('NOT found.is_note')], ' AND ')
  return {
    found: is(found, ...texts),
    seen: anyOf(arms.map((arm) => (arm.isAnswered ? arm : inPublic(arm)))),
  }
}

const anyOf = (parts: readonly Condition[]) => bracketed(joined(parts.map(bracketed), ' OR '))

/** A UNION and no OR, because only so each part goes along its full-text index. */
function textsOf(note: '' | ', internal', narrowing: string): string {
  return `SELECT id${note && ', FALSE AS is_note'} FROM tickets
      WHERE tenant_id = ? AND MATCH(title, description) AGAINST (? IN BOOLEAN MODE)
    UNION SELECT ticket_id${note} FROM ticket_replies WHERE MATCH(message) AGAINST (? IN BOOLEAN MODE) ${narrowing}`
}
