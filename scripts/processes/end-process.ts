import { setTimeout as delay } from 'node:timers/promises'

/** Asks a process that is not our child to end, and ends it by force when it has not within `graceMs`. */
export async function endProcess(pid: number, graceMs: number): Promise<void> {
  if (!signal(pid, 'SIGTERM')) return
  const deadline = Date.now() + graceMs
  while (signal(pid, 0)) {
    if (Date.now() > deadline) signal(pid, 'SIGKILL')
    await delay(50)
  }
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
