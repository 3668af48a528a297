/** Which tenants have webhooks, so that the others' changes cost nothing. */
export type WebhookTenants = {
  /** False only where none was there some seconds ago. */
  mayHave(tenantId: number): boolean
  /** Looks again. A webhook that another replica made is known after the next look, and its events until then are missed. */
  refresh(): Promise<void>
}

type Needs = { webhooks: { listTenants(): Promise<number[]> } }

export function createWebhookTenants({ webhooks }: Needs): WebhookTenants {
  let known: ReadonlySet<number> | null = null
  let begun = 0
  let applied = 0
  return {
    mayHave: (tenantId) => known === null || known.has(tenantId),
    async refresh() {
      begun += 1
      const turn = begun
      const tenants = new Set(await webhooks.listTenants())
      // A look that began earlier must not undo what a later one saw.
      if (turn <= applied) return
      applied = turn
      known = tenants
    },
  }
}
