import { get } from 'node:http'

/** A GET over a connection of its own. @returns whether any answer came */
export function isAnswering(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(url, { agent: false, timeout: 5000 }, (response) => {
      response.resume().once('close', () => resolve(true))
    })
    asked.once('timeout', () => asked.destroy()).once('error', () => resolve(false))
  })
}
