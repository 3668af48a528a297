/** Who of the replicas looks for changes in InvGate, and how far the look has come. Times are the database's. */
export type SyncLease = {
  /**
   * Takes the lease, or renews it.
   * @param pauseMs for which nobody shall look, whoever it is
   * @returns whether this replica has it
   */
  hold(pauseMs?: number): Promise<boolean>
  /** Lets another replica take over, when the pause that is left is over. */
  release(pauseMs: number): Promise<void>
  readCursor(): Promise<string | null>
  /** Only while this replica has the lease. */
  writeCursor(value: string | null): Promise<void>
}
