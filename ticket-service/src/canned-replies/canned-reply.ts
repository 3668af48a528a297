/** A text that is written once and used in many replies. */
export type CannedReply = {
  /** UUIDv7. */
  id: string
  tenantId: number
  /** Unique in its tenant. */
  name: string
  /** With placeholders, see render-template.ts. */
  body: string
  createdAt: Date
  updatedAt: Date
}
