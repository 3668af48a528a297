/** Up to which of InvGate's ids every incident is a ticket here, or was left out on purpose. All replicas share it. */
export type KnownIncidents = {
  /** @param first what it is from now on, where it has never been written */
  read(first: number): Promise<number>
  /** It never goes back. */
  write(upTo: number): Promise<void>
}
