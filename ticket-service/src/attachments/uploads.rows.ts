import type { Upload } from './upload.ts'

/** The one place that maps uploads to the database's columns and back. */

const columns = {
  id: 'id',
  tenantId: 'tenant_id',
  ownerUid: 'owner_uid',
  ownerKey: 'owner_key',
  filename: 'filename',
  declaredType: 'declared_type',
  sniffedType: 'sniffed_type',
  size: 'size',
  sha256: 'sha256',
  ticketId: 'ticket_id',
  replyId: 'reply_id',
  createdAt: 'created_at',
} as const satisfies Record<keyof Upload, string>

const names = Object.values(columns)
export const uploadColumns = names.join(', ')
export const insertUpload = `INSERT INTO uploads (${uploadColumns}) VALUES (${names.map(() => '?').join(', ')})`

export function uploadValues(upload: Upload): Upload[keyof Upload][] {
  return (Object.keys(columns) as (keyof Upload)[]).map((key) => upload[key])
}

export type UploadRow = {
  id: string
  tenant_id: number
  owner_uid: number | null
  owner_key: string
  filename: string
  declared_type: string | null
  sniffed_type: string | null
  size: number
  sha256: string
  ticket_id: string | null
  reply_id: string | null
  created_at: Date
}

export function toUpload(row: UploadRow): Upload {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    ownerUid: row.owner_uid,
    ownerKey: row.owner_key,
    filename: row.filename,
    declaredType: row.declared_type,
    sniffedType: row.sniffed_type,
    size: row.size,
    sha256: row.sha256,
    ticketId: row.ticket_id,
    replyId: row.reply_id,
    createdAt: row.created_at,
  }
}
