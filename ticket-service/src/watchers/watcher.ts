/** An account that is told of whatever the ticket's owner and agent are told of. It sees no more for it. */
export type Watcher = {
  userId: number
  /** As the directory calls them; empty for whom it does not know. */
  name: string
  createdAt: Date
}

/** Of one ticket. */
export const mostWatchers = 100
