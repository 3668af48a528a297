import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Sabotage = { file: string; find: string; replace: string }

/** What a drill must notice: one safeguard each, taken out of a copy of the ticket-service. */
export const sabotages = {
  /** Nothing is written down before InvGate is called. */
  intents: {
    file: 'src/intents/intent-journal.ts',
    find: 'await intents.add(intent, leaseMs)\n',
    replace: '\n',
  },
  /** Whatever is in doubt is not found in InvGate. */
  lookup: {
    file: 'src/intents/resolve-doubt.ts',
    find: 'const found = listed.incidents.filter(',
    replace: 'const found = listed.incidents.slice(0, 0).filter(',
  },
} as const satisfies Record<string, Sabotage>

export type SabotageName = keyof typeof sabotages

const root = join(import.meta.dirname, '../..')

/**
 * Copies the ticket-service to a temporary folder and spoils it there.
 * @throws when the text to replace is not in the file exactly once: the code has moved on, and this has to follow
 */
export function sabotagedCopy(name: SabotageName): { serviceFolder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'werk-sabotage-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const serviceFolder = join(folder, 'ticket-service')
    cpSync(join(root, 'ticket-service'), serviceFolder, { recursive: true, verbatimSymlinks: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    spoil(serviceFolder, sabotages[name])
    return { serviceFolder, remove }
  } catch (error) {
    remove()
    throw error
  }
}

function spoil(serviceFolder: string, { file, find, replace }: Sabotage): void {
  const path = join(serviceFolder, file)
  const [before, after, ...more] = readFileSync(path, 'utf8').split(find)
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`drills/sabotage/sabotage.ts no longer fits ticket-service/${file}: ${find.trim()}`)
  }
  writeFileSync(path, before + replace + after)
}

export function isSabotage(name: string): name is SabotageName {
  return Object.hasOwn(sabotages, name)
}
