/** What one request brought back: a status with InvGate's id where the body had one, or no answer at all. */
export type Answer = {
  status: number | null
  id: number | null
  /** our own id, where the Tickets dialect answered it */
  ticketId?: string | undefined
  /** the code of the body, the body's beginning, or what the broken connection says */
  detail: string
  retryAfterMs: number | null
}

/** One ticket that a client wanted, under a title that no other has, and all that it was told about it. */
export type Attempt = {
  scenario: string
  title: string
  isKeyed: boolean
  dialect: Dialect
  /** SHA-256 of the file that went with it */
  fileSha256: string | null
  answers: Answer[]
  /** whether a reply of the same text as its title was answered 201; null where none was sent */
  isReplied: boolean | null
}

/** Werk's tickets are in InvGate when they are answered, those of the Tickets dialect get there later. */
export type Dialect = 'werk' | 'tickets'

export type Ledger = {
  scenario: string
  attempts: Attempt[]
  /** Opens an attempt before its first request leaves. */
  open(wanted: Pick<Attempt, 'isKeyed' | 'dialect' | 'fileSha256'>): Attempt
}

export function createLedger(scenario: string): Ledger {
  const attempts: Attempt[] = []
  return {
    scenario,
    attempts,
    open(wanted) {
      // Letters, digits and dashes alone: it reads the same in SQL, JSON, forms and URLs.
      const title = `drill-${scenario}-${String(attempts.length + 1).padStart(5, '0')}-end`
      const attempt: Attempt = { ...wanted, scenario, title, answers: [], isReplied: null }
      attempts.push(attempt)
      return attempt
    },
  }
}

/** Whether the client knows that the ticket was created. */
export function isCreated({ answers }: Attempt): boolean {
  return answers.some(({ status }) => status === 201)
}
