import assert from 'node:assert/strict'
import type { Member } from '../kit/desk.ts'
import { form } from '../kit/multipart.ts'
import type { TicketService } from '../kit/ticket-service.ts'

export const columns = [
  ...['external_id', 'title', 'description', 'category', 'priority', 'status'],
  ...['creator_email', 'agent_email', 'created_at', 'closed_at'],
]

export type Row = Partial<Record<string, string>> & { external_id: string }

const usual = {
  ...{ title: 'an old ticket', description: 'of another desk', category: 'technical', priority: 'low' },
  ...{
    status: 'open',
    creator_email: '',
    agent_email: '',
    created_at: '2020-01-02T03:04:05.678Z',
    closed_at: '',
  },
}

/** A file of these rows (RFC 4180), with a column for whatever one of them has. */
export function csvOf(rows: readonly Row[], names: readonly string[] = allNames(rows)): string {
  const cells = rows.map((row) => names.map((name) => quoted({ ...usual, ...row }[name] ?? '')))
  return [names.join(','), ...cells.map((line) => line.join(','))].join('\r\n')
}

/** Rows that differ by their ids. */
export const rowsOf = (count: number, prefix: string, row: Partial<Row> = {}): Row[] =>
  Array.from({ length: count }, (_, n) => ({
    external_id: `${prefix}-${n}`,
    title: `${prefix} ${n}`,
    ...row,
  }))

type App = Pick<TicketService['app'], 'inject'>

export const sendCsv = (app: App, by: Member, body: string | Buffer, query = '') =>
  app.inject({
    method: 'POST',
    url: `/tickets/import${query}`,
    headers: { ...by.headers, 'content-type': 'text/csv' },
    payload: body,
  })

export const sendForm = (app: App, by: Member, body: string | Buffer, name = 'file') => {
  const { headers, payload } = form({ name, filename: 'tickets.csv', type: 'text/csv', content: body })
  return app.inject({
    method: 'POST',
    url: '/tickets/import',
    headers: { ...by.headers, ...headers },
    payload,
  })
}

/** What an import that went well was answered. */
export async function imported(answering: ReturnType<typeof sendCsv>) {
  const answer = await answering
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().data
}

/** As it is answered where nothing is to be said. */
export const counts = (created: number, unchanged = 0, dryRun = false) => ({
  ...{ dry_run: dryRun, rows: created + unchanged, created, unchanged },
  ...{ unknown_creators: [], ignored_columns: [] },
})

function allNames(rows: readonly Row[]): string[] {
  return [...new Set([...columns, ...rows.flatMap((row) => Object.keys(row))])]
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
