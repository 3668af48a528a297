import { AppError } from '@werk/shared/errors/app-error'
import { belongsTo, type CustomField, type FieldValue } from '../custom-fields/custom-field.ts'
import { judgeCell } from '../custom-fields/judge-value.ts'
import { foldTags } from '../tags/set-tags.ts'
import {
  type TicketCategory,
  type TicketPriority,
  ticketCategories,
  ticketPriorities,
} from '../tickets/ticket-kinds.ts'
import { type TicketStatus, ticketStatuses } from '../tickets/ticket-status.ts'
import type { Columns } from './import-columns.ts'
import { creatorKeyOf, type KnownPeople } from './known-people.ts'
import { toPastTime } from './past-time.ts'
import type { Problem } from './problem.ts'
import type { RowReader, SourceRow } from './row-reader.ts'

/** A row as it is to become a ticket. */
export type ImportedTicket = {
  externalId: string
  title: string
  description: string
  category: TicketCategory
  priority: TicketPriority
  status: TicketStatus
  /** A login name, perhaps of nobody that is known; empty for nobody at all. */
  creator: string
  creatorId: number | null
  agentId: number | null
  createdAt: Date
  closedAt: Date | null
  tags: string[]
  values: { field: CustomField; value: FieldValue }[]
}

type Known = { columns: Columns; people: KnownPeople; now: Date }

const mostTags = 20
/** Characters. */
const longest = { externalId: 190, title: 255, description: 65_535, login: 320 }

/** A row as it is to be imported, or all that is wrong with it. */
export function judgeRow(source: SourceRow, row: RowReader, known: Known): ImportedTicket | Problem[] {
  const { columns, people, now } = known
  const texts = judgeTexts(row)
  const category = oneOf(row, 'category', ticketCategories, null)
  const priority = oneOf(row, 'priority', ticketPriorities, null)
  const status = oneOf(row, 'status', ticketStatuses, 'open')
  const agent = people.agentOf(row)
  if (row.word('agent_email') !== '' && agent?.isAgent !== true)
    row.refuse('agent_email', 'must be an active agent of the tenant')
  const times = judgeTimes(row, status, now)
  const tags = judgeTags(row)
  const { values, faults } = judgeFields(source, columns, category)

  const problems = [...row.problems, ...faults]
  if (problems.length > 0 || category === null || priority === null || status === null || times === null)
    return problems
  const creatorId = people.creatorOf(row)?.id ?? null
  return {
    ...{ ...texts, category, priority, status, creatorId, agentId: agent?.id ?? null },
    ...{ ...times, tags, values },
  }
}

function judgeTexts(row: RowReader) {
  const externalId = row.word('external_id')
  if (externalId === '' || isLonger(externalId, longest.externalId))
    row.refuse('external_id', `must be 1 to ${longest.externalId} characters`)
  const title = row.text('title')
  if (title.trim() === '' || isLonger(title, longest.title))
    row.refuse('title', `must be 1 to ${longest.title} characters, not only blanks`)
  const description = row.text('description')
  if (isLonger(description, longest.description))
    row.refuse('description', `must be at most ${longest.description} characters long`)
  const creator = row.word('creator_email')
  if (isLonger(creator, longest.login) || isLonger(creatorKeyOf(row), longest.login))
    row.refuse('creator_email', `must be at most ${longest.login} characters long`)
  return { externalId, title, description, creator }
}

function judgeTimes(row: RowReader, status: TicketStatus | null, now: Date) {
  const time = (column: 'created_at' | 'closed_at') => {
    const found = toPastTime(row.word(column), now)
    if (found === null) row.refuse(column, 'must be a time that was, such as 2020-01-02T03:04:05Z')
    return found
  }
  const createdAt = time('created_at')
  const closedAt = row.word('closed_at') === '' ? null : time('closed_at')
  if (closedAt !== null && status !== 'closed') row.refuse('closed_at', 'is for tickets that are closed')
  if (closedAt !== null && createdAt !== null && closedAt < createdAt)
    row.refuse('closed_at', 'must not be before created_at')
  return createdAt === null ? null : { createdAt, closedAt }
}

function judgeTags(row: RowReader): string[] {
  const typed = row.text('tags').split(/[;,]/)
  try {
    const tags = foldTags(typed.filter((tag) => tag.trim() !== ''))
    if (tags.length > mostTags) row.refuse('tags', `must be at most ${mostTags}`)
    return tags
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    row.refuse('tags', error.errors?.tags?.[0] ?? error.message)
    return []
  }
}

function judgeFields({ line, cells }: SourceRow, columns: Columns, category: TicketCategory | null) {
  const [values, faults]: [ImportedTicket['values'], Problem[]] = [[], []]
  for (const { index, name, field } of columns.fields) {
    const text = cells[index] ?? ''
    if (text === '') continue
    const isIts = category === null || belongsTo(field, category)
    const judged = isIts ? judgeCell(field, text) : { fault: 'is no field of such a ticket' }
    if ('value' in judged) values.push({ field, value: judged.value })
    else faults.push({ line, column: name, reason: judged.fault })
  }
  return { values, faults }
}

function oneOf<T extends string>(
  row: RowReader,
  column: 'category' | 'priority' | 'status',
  names: readonly T[],
  ifEmpty: T | null,
): T | null {
  const word = row.word(column).toLowerCase()
  const found = word === '' ? ifEmpty : (names.find((name) => name === word) ?? null)
  if (found === null) row.refuse(column, `must be one of ${names.join(', ')}`)
  return found
}

function isLonger(text: string, characters: number): boolean {
  return text.length > characters && [...text].length > characters
}
