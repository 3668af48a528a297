import type { FaultRule } from './faults/fault.schemas.ts'
import type { Call } from './inspection/call-log.ts'
import type { InspectedIncident } from './inspection/inspect-incident.ts'
import type { SettingsChange } from './settings/settings.ts'
import type { presentUser } from './users/user.ts'

export type { Fault, FaultRule } from './faults/fault.schemas.ts'
export type { Call } from './inspection/call-log.ts'
export type { InspectedFile, InspectedIncident } from './inspection/inspect-incident.ts'
export type { SettingsChange } from './settings/settings.ts'

/** Steers a running sandbox. Each call rejects when the sandbox refuses it. */
export type SandboxControl = {
  /** Replaces the rules in force; the first that matches a call and is still active strikes. */
  setFaults(rules: readonly FaultRule[]): Promise<void>
  clearFaults(): Promise<void>
  /** The rules still active, `times` being what is left. */
  faults(): Promise<FaultRule[]>
  /** All incidents in the order of creation, with comments, and the SHA-256 of every file. */
  incidents(): Promise<InspectedIncident[]>
  users(): Promise<ReturnType<typeof presentUser>[]>
  /** The latest calls that were received, the oldest first. */
  requests(): Promise<Call[]>
  /** Empties everything: incidents, users, files, faults, log, settings. */
  reset(): Promise<void>
  /** Changes the settings named and returns all. */
  settings(change: SettingsChange): Promise<Required<SettingsChange>>
}

/** @param origin of the sandbox, such as `http://127.0.0.1:18083`. */
export function createControl(origin: string): SandboxControl {
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(new URL(`/control/${path}`, origin), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (response.ok) return response
    throw new Error(`the sandbox refused ${method} /control/${path}: ${await response.text()}`)
  }
  const read = async <T>(path: string): Promise<T> => (await call('GET', path)).json() as Promise<T>

  return {
    setFaults: async (rules) => void (await call('PUT', 'faults', rules)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    faults: () => read('faults'),
    incidents: () => read('incidents'),
    users: () => read('users'),
    requests: () => read('requests'),
    reset: async () => void (await call('DELETE', 'state')),
    settings: async (change) =>
      (await call('PUT', 'settings', change)).json() as Promise<Required<SettingsChange>>,
  }
}
