import { openAsBlob } from 'node:fs'

/** `node send-file.ts URL PATH AUTHORIZATION`: a process of its own, so that what it holds of the file is not the service's. */
const [url = '', path = '', authorization = ''] = process.argv.slice(2)
const headers = { authorization, 'content-type': 'text/csv' }
const answer = await fetch(url, { method: 'POST', headers, body: await openAsBlob(path) })
process.stdout.write(await answer.text())
