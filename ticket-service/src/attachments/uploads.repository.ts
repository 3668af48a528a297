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
  }
}
