/** How much of everything: the full run, or the short form. */
export type Pace = {
  calmMs: number
  randomKills: number
  /** how often each step */
  stepRounds: number
  /** between two breaks: for a second a replica believes that the database is away, and takes a way past the steps */
  restMs: number
  /** kills while the database is away: rounds of three */
  awayRounds: number
  /** how long the database is away */
  awayMs: number
  /** how often each of InvGate's faults strikes a create */
  faultTimes: number
  /** how long all of them together may strike any call */
  faultMs: number
  rollingMs: number
  /** tickets during the rolling restart */
  perSecond: number
  clients: number
  /** between two tickets of one client */
  pauseMs: number
  /** how long a client with a key goes on trying */
  patienceMs: number
  /** how long a replica waits for InvGate; long enough for a machine that does other things too */
  invgateTimeoutMs: number
  /**
   * `each`: after each scenario all is waited for, the leases of dead processes too. `once`: at the very end, and the
   * leases of dead processes are made to run out.
   */
  settles: 'each' | 'once'
}
