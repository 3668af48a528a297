import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { Upload } from './upload.ts'
import { insertUpload, toUpload, type UploadRow, uploadColumns, uploadValues } from './uploads.rows.ts'

export type UploadsRepository = {
  insert(upload: Upload): Promise<void>
  remove(id: string): Promise<void>
  /** @param id a UUID */
  find(tenantId: number, id: string): Promise<Upload | null>
  /** As `find`, and nobody else changes it until the transaction is over. */
  lock(tx: PoolConnection, tenantId: number, id: string): Promise<Upload | null>
  /** Of two replies to the same ticket that name it the first counts, unless that is a note which fewer people see. */
  bind(tx: PoolConnection, upload: Upload, to: { ticketId: string; replyId: string | null }): Promise<void>
  /** Whether an internal note names it. */
  isOfInternalNote(upload: Upload): Promise<boolean>
  /** Those that a ticket or its replies name, in the order in which they came; the first of them. */
  listOfTicket(ticketId: string, options: { withInternal: boolean; limit: number }): Promise<Upload[]>
  /** Those that no ticket names and that came before, oldest first. */
  listUnbound(before: Date, limit: number): Promise<Pick<Upload, 'id' | 'sha256'>[]>
  /** False for one that a ticket names meanwhile. */
  removeUnbound(id: string): Promise<boolean>
  /** Whether a row needs this content: an attachment's, an intent's, or an upload's other than `exceptId`. */
  isWanted(sha256: string, exceptId?: string): Promise<boolean>
}

export function createUploadsRepository(pool: Pool): UploadsRepository {
  const select = `SELECT ${uploadColumns} FROM uploads WHERE tenant_id = ? AND id = ?`

  return {
    async insert(upload) {
      await pool.execute(insertUpload, uploadValues(upload))
    },

    async remove(id) {
      await pool.execute('DELETE FROM uploads WHERE id = ?', [id])
    },

    async find(tenantId, id) {
      const [row] = await pool.execute<UploadRow[]>(select, [tenantId, id])
      return row === undefined ? null : toUpload(row)
    },

    async lock(tx, tenantId, id) {
      const [row] = await tx.execute<UploadRow[]>(`${select} FOR UPDATE`, [tenantId, id])
      return row === undefined ? null : toUpload(row)
    },

    async bind(tx, upload, { ticketId, replyId }) {
      await tx.execute(
        `UPDATE uploads SET ticket_id = ?, reply_id = ? WHERE id = ? AND (ticket_id IS NULL OR EXISTS (
           SELECT 1 FROM ticket_replies WHERE ticket_replies.id = uploads.reply_id AND ticket_replies.internal = 1))`,
        [ticketId, replyId, upload.id],
      )
    },

    async isOfInternalNote({ replyId }) {
      const statement = 'SELECT 1 FROM ticket_replies WHERE id = ? AND internal = 1'
      return (await pool.execute(statement, [replyId])).length > 0
    },

    async listOfTicket(ticketId, { withInternal, limit }) {
      const ofNote = 'SELECT 1 FROM ticket_replies WHERE ticket_replies.id = uploads.reply_id AND internal'
      const rows = await pool.execute<UploadRow[]>(
        `SELECT ${uploadColumns} FROM uploads WHERE ticket_id = ? ${withInternal ? '' : `AND NOT EXISTS (${ofNote})`} ORDER BY id LIMIT ?`,
        [ticketId, limit],
      )
      return rows.map(toUpload)
    },

    async listUnbound(before, limit) {
      return pool.execute<Pick<Upload, 'id' | 'sha256'>[]>(
        'SELECT id, sha256 FROM uploads WHERE ticket_id IS NULL AND created_at < ? ORDER BY created_at LIMIT ?',
        [before, limit],
      )
    },

    async removeUnbound(id) {
      const statement = 'DELETE FROM uploads WHERE id = ? AND ticket_id IS NULL'
      return (await pool.execute(statement, [id])).affectedRows === 1
    },

    async isWanted(sha256, exceptId = '') {
      // Intents are few; their drafts are JSON as this service writes it.
      const rows = await pool.execute(
        `SELECT 1 FROM attachments WHERE sha256 = ?
         UNION ALL SELECT 1 FROM uploads WHERE sha256 = ? AND id <> ?
         UNION ALL SELECT 1 FROM ticket_intents WHERE draft LIKE ? LIMIT 1`,
        [sha256, sha256, exceptId, `%"sha256":"${sha256}"%`],
      )
      return rows.length > 0
    },
  }
}
