import { readFileSync } from 'node:fs'

const count = 15

/** What somebody wants to see first when a process has failed. */
export function lastLinesOf(text: string): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}

/** @returns '' where there is no such file */
export function readLastLines(file: string): string {
  try {
    return lastLinesOf(readFileSync(file, 'utf8'))
  } catch {
    return ''
  }
}
