import { pipeline, Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { ExportedTicket } from './export-tickets.ts'

/** The one place that maps tickets to CSV. A column a property, in this order; what there is none of is empty. */
function toRecord({ ticket, tags }: ExportedTicket) {
  const { sla } = ticket
  return {
    id: ticket.id,
    inv_gate_id: ticket.invGateId,
    created_at: ticket.createdAt,
    updated_at: ticket.updatedAt,
    status: ticket.status,
    priority: ticket.priority,
    category: ticket.category,
    title: ticket.title,
    description: ticket.description,
    creator: ticket.creatorEmail,
    user_id: ticket.userId,
    member_id: ticket.memberId,
    agent_id: ticket.agentId,
    tags: tags.join(', '),
    escalation_level: sla.escalationLevel,
    response_due_at: sla.responseDueAt,
    resolution_due_at: sla.resolutionDueAt,
    first_response_at: sla.firstResponseAt,
    waiting_since: ticket.waitingSince,
    closed_at: ticket.closedAt,
    merged_into: ticket.mergedInto,
    attachment_url: ticket.attachmentUrl,
  }
}

export const csvColumns = [
  ...['id', 'inv_gate_id', 'created_at', 'updated_at', 'status', 'priority', 'category', 'title'],
  ...['description', 'creator', 'user_id', 'member_id', 'agent_id', 'tags', 'escalation_level'],
  ...['response_due_at', 'resolution_due_at', 'first_response_at', 'waiting_since', 'closed_at'],
  ...['merged_into', 'attachment_url'],
] as const satisfies readonly (keyof ReturnType<typeof toRecord>)[]

/**
 * RFC 4180 in UTF-8, with a header. What a spreadsheet would take for a formula (OWASP, CSV injection) is made text by a
 * leading apostrophe. It reads of the tickets what its own reader takes, and ends them when it is destroyed.
 * @param bom a byte order mark, by which spreadsheets know UTF-8
 * @returns the CSV, and how many tickets it has told so far
 */
export function toCsv(tickets: AsyncIterable<ExportedTicket>, { bom }: { bom: boolean }) {
  let count = 0
  async function* records() {
    for await (const ticket of tickets) {
      count += 1
      yield toRecord(ticket)
    }
  }
  const csv = stringify({
    ...{ bom, header: true, columns: [...csvColumns], record_delimiter: '\r\n' },
    escape_formulas: true,
    cast: {
      date: (time) => time.toISOString(),
      // The one beginning of a formula that `escape_formulas` does not know.
      string: (text) => (text.startsWith('\n') ? `'${text}` : text),
    },
  })
  // Whoever reads the CSV is told of a failure by its error.
  pipeline(Readable.from(records()), csv, () => {})
  return { csv, told: () => count }
}
