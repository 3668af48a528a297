import { readFileSync } from 'node:fs'

/** The process that `startService` wrote down. */
export function readPid(file: string): number {
  return Number(readFileSync(file, 'utf8'))
}
