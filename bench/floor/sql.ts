import type { Pool } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'

export type NewTicket = {
  title: string
  description: string
  source_id: number
  creator_id: number
  customer_id: number
  category_id: number
  type_id: number
  priority_id: number
}

export type TicketRow = NewTicket & {
  id: string
  tenant_id: number
  inv_gate_id: number
  creator_email: string
  creator_key: string
  user_id: number
  status: string
  created_at: Date
  updated_at: Date
  synced_at: Date
}

export type AttachmentRow = {
  id: string
  ticket_id: string
  filename: string
  declared_type: string | null
  sniffed_type: string | null
  size: number
  sha256: string
  created_at: Date
}

const ticketColumns =
  'id, tenant_id, inv_gate_id, source_id, creator_id, customer_id, category_id, type_id, priority_id, ' +
  'title, description, creator_email, creator_key, user_id, status, created_at, updated_at, synced_at'
const attachmentColumns = 'id, ticket_id, filename, declared_type, sniffed_type, size, sha256, created_at'

const findSql = `SELECT ${ticketColumns} FROM tickets WHERE tenant_id = ? AND creator_key = ? AND inv_gate_id = ?`
const listSql = `SELECT ${ticketColumns} FROM tickets WHERE tenant_id = ? AND creator_key = ? AND inv_gate_id > ?
  ORDER BY inv_gate_id LIMIT 21`
const attachmentsSql = `SELECT ${attachmentColumns} FROM attachments WHERE ticket_id = ? ORDER BY id`
const insertSql = `INSERT INTO tickets (${ticketColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

export function createReads(pool: Pool) {
  return {
    async findTicket(tenantId: number, creator: string, invGateId: number): Promise<TicketRow> {
      const [ticket] = await pool.execute<TicketRow[]>(findSql, [tenantId, creator, invGateId])
      if (ticket === undefined) throw new Error('no such ticket')
      return ticket
    },
    listTickets: (tenantId: number, creator: string, after: number) =>
      pool.execute<TicketRow[]>(listSql, [tenantId, creator, after]),
    listAttachments: (ticketId: string) => pool.execute<AttachmentRow[]>(attachmentsSql, [ticketId]),
  }
}

type Creator = { email: string; uid: number; tenant_id: number }

export function createWrite(pool: Pool) {
  return async (ticket: NewTicket, creator: Creator, invGateId: number): Promise<TicketRow> => {
    const now = new Date()
    const row = {
      id: uuidv7(),
      tenant_id: creator.tenant_id,
      inv_gate_id: invGateId,
      source_id: ticket.source_id,
      creator_id: ticket.creator_id,
      customer_id: ticket.customer_id,
      category_id: ticket.category_id,
      type_id: ticket.type_id,
      priority_id: ticket.priority_id,
      title: ticket.title,
      description: ticket.description,
      creator_email: creator.email,
      creator_key: creator.email,
      user_id: creator.uid,
      status: 'open',
      created_at: now,
      updated_at: now,
      synced_at: now,
    }
    await pool.execute(insertSql, Object.values(row))
    return row
  }
}
