import type { TestContext } from 'node:test'
import { type RunningSandbox, type StartOptions, startSandbox } from '../src/start.ts'

/** A body as the sandbox answered it: its fields are asserted, not assumed. */
export type Answer = { readonly status: number; readonly body: ReturnType<typeof JSON.parse> }

export const ticket = {
  creator_id: 1,
  customer_id: 42,
  category_id: 3,
  priority_id: 2,
  type_id: 1,
  title: 'The printer is on fire',
  description: 'Since nine',
}

/** Starts a sandbox that ends with the test. */
export async function openSandbox(test: TestContext, options: StartOptions = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox(options)
  test.after(() => sandbox.close())
  return sandbox
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** Calls the API of a sandbox with its own credentials; a plain object goes as JSON. */
export function createCaller(sandbox: RunningSandbox) {
  const raw = (method: string, path: string, body?: unknown, init: RequestInit = {}) => {
    const headers = new Headers({ authorization: basic(sandbox.username, sandbox.password) })
    const isPlain = body !== undefined && !(body instanceof FormData) && !(body instanceof URLSearchParams)
    if (isPlain) headers.set('content-type', 'application/json')
    return fetch(new URL(path, sandbox.url), {
      method,
      headers,
      ...(body === undefined ? {} : { body: isPlain ? JSON.stringify(body) : body }),
      ...init,
    })
  }
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await raw(method, path, body)
    return { status: response.status, body: await response.json() }
  }
  return {
    raw,
    get: (path: string) => call('GET', path),
    post: (path: string, body?: unknown) => call('POST', path, body),
    put: (path: string, body?: unknown) => call('PUT', path, body),
    /** Creates an incident and returns its id. */
    create: async (changes: Partial<typeof ticket> = {}): Promise<number> =>
      (await call('POST', 'incident', { ...ticket, ...changes })).body.request_id,
  }
}

/** The ticket as a form, with files in parts `attachments[]`. */
export function ticketForm(files: readonly File[] = [], changes: Record<string, string> = {}): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...ticket, ...changes })) form.append(name, String(value))
  for (const file of files) form.append('attachments[]', file)
  return form
}
