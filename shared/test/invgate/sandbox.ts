import type { TestContext } from 'node:test'
import { type RunningSandbox, type StartOptions, startSandbox } from '@werk/invgate-sandbox/start'

/** A sandbox of the test's own, which ends with it. */
export async function openSandbox(t: TestContext, options: StartOptions = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox(options)
  t.after(() => sandbox.close())
  return sandbox
}

/** The creates that reached the sandbox, in order. */
export async function createsSeen(sandbox: RunningSandbox): Promise<string[]> {
  const calls = await sandbox.control.requests()
  return calls.filter(({ method }) => method === 'POST').map(({ route }) => route)
}
