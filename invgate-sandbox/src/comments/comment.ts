import { type DateFormat, presentDate } from '../incidents/date-format.ts'

export type Comment = {
  readonly id: number
  readonly incidentId: number
  readonly number: number
  readonly message: string
  readonly authorId: number
  readonly isSolution: boolean
  readonly customerVisible: boolean
  readonly createdAt: number
  readonly attachments: readonly number[]
}

export function presentComment(comment: Comment, dates: DateFormat) {
  return {
    id: comment.id,
    incident_id: comment.incidentId,
    msg_num: comment.number,
    reference: null,
    message: comment.message,
    author_id: comment.authorId,
    is_solution: comment.isSolution,
    customer_visible: comment.customerVisible,
    created_at: presentDate(comment.createdAt, dates),
    attached_files: comment.attachments,
  }
}
