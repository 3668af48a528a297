/** What one request brought back: a status with InvGate's id where the body had one, or no answer at all. */
export type Answer = {
  status: number | null
  id: number | null
  /** the code of the body, the body's beginning, or what the broken connection says */
  detail: string
  retryAfterMs: number | null
}

/** One ticket that a client wanted, under a title that no other has, and all that it was told about it. */
export type Attempt = {
  scenario: string
  title: string
  isKeyed: boolean
  /** SHA-256 of the file that went with it */
  fileSha256: string | null
  answers: Answer[]
}

export type Ledger = {
  scenario: string
  attempts: Attempt[]
  /** Opens an attempt before its first request leaves. */
  open(wanted: Pick<Attempt, 'isKeyed' | 'fileSha256'>): Attempt
}

export function createLedger(scenario: string): Ledger {
  const attempts: Attempt[] = []
  return {
    scenario,
    attempts,
    open(wanted) {
      // Letters, digits and dashes alone: it reads the same in SQL, JSON, forms and URLs.
      const title = `drill-${scenario}-${String(attempts.length + 1).padStart(5, '0')}-end`
      const attempt = { ...wanted, scenario, title, answers: [] }
      attempts.push(attempt)
      return attempt
    },
  }
}

/** Whether the client knows that the ticket was created. */
export function isCreated({ answers }: Attempt): boolean {
  return answers.some(({ status }) => status === 201)
}
