import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { InvGateLogger } from '../../src/invgate/call.ts'
import { createInvGateClient, type InvGateClientOptions } from '../../src/invgate/client.ts'
import type { NewIncident } from '../../src/invgate/incidents.ts'
import { InvGateError } from '../../src/invgate/invgate-error.ts'

export const credentials = { username: 'sandbox', password: 'sandbox' }

export const newIncident: NewIncident = {
  sourceId: 8,
  creatorId: 1,
  customerId: 1,
  categoryId: 1,
  typeId: 1,
  priorityId: 3,
  title: 'Printer on fire',
  description: 'Smoke on floor 2',
}

export type LogLine = { level: string; details: Record<string, unknown>; message: string }

/** A client that is closed when the test ends, and the log lines that it writes. */
export function openClient(t: TestContext, options: Partial<InvGateClientOptions> & { baseUrl: string }) {
  const lines: LogLine[] = []
  const at = (level: string) => (details: object, message: string) => {
    lines.push({ level, details: { ...details }, message })
  }
  const logger: InvGateLogger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  const client = createInvGateClient({ ...credentials, logger, ...options })
  t.after(() => client.close())
  return { client, lines }
}

/** The InvGateError that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<InvGateError> {
  const error = await call.then(
    () => assert.fail('the call succeeded'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof InvGateError, String(error))
  return error
}
