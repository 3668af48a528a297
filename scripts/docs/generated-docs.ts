import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigSchema as IdentityConfig } from '../../identity-service/src/config.ts'
import { ConfigSchema as TicketConfig } from '../../ticket-service/src/config.ts'
import { configTable } from './config-tables.ts'
import { openApiFiles } from './openapi-files.ts'

/** All that is made from the sources, as it should be: text by path below `root`. */
export async function generatedDocs(root: string): Promise<Record<string, string>> {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const openApi = Object.entries(await openApiFiles()).map(([name, text]) => [`docs/openapi/${name}`, text])
  return {
    'README.md': [
      ['config:identity-service', configTable(IdentityConfig)],
      ['config:ticket-service', configTable(TicketConfig)],
    ].reduce((text, [mark = '', table = '']) => replaceBetween(text, mark, table), readme),
    ...Object.fromEntries(openApi),
  }
}

function replaceBetween(text: string, mark: string, content: string): string {
  const start = `<!-- ${mark} -->`
  const end = `<!-- /${mark} -->`
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from === -1 || to < from) throw new Error(`README.md lacks ${start} … ${end}`)
  return `${text.slice(0, from)}${start}\n${content}\n${text.slice(to)}`
}
