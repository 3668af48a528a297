/** What a list is narrowed to; null does not narrow. */
export type TicketFilter = {
  status: string | null
  priority: string | null
  category: string | null
  memberId: number | null
  agentId: number | null
  /** Only what nobody is assigned to. */
  unassigned: boolean
  creatorKey: string | null
  createdFrom: Date | null
  /** Exclusive. */
  createdTo: Date | null
  /** Only what is past one of its due times at this moment. */
  overdueAt: Date | null
  /** Folded, see `foldTag`. Only of what the viewer answers: others are not told how it is sorted. */
  tag: string | null
  /** For the database's full-text search in boolean mode, see `searchQueryOf`. */
  search: string | null
}
