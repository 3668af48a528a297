import assert from 'node:assert/strict'
import type { IdentityService } from '../../kit/identity-service.ts'

type App = IdentityService['app']

export const publicUrl = 'http://127.0.0.1:18081'
export const returnUrl = 'https://app.example.com/logged-in'
export const otherReturnUrl = 'https://admin.example.com/?page=in'
export const path = '/api/v1/auth/google'

/** The settings of a service that knows the provider at `issuer`. */
export const openidSettings = (issuer: string) => ({
  PUBLIC_URL: publicUrl,
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: 'werk',
  OIDC_CLIENT_SECRET: 'a secret of the client, long enough',
  OIDC_RETURN_URLS: `${returnUrl},${otherReturnUrl}`,
})

/** Somebody's browser: keeps cookies, and goes wherever it is sent. */
export function createBrowser(app: App) {
  const jars = { ours: new Map<string, string>(), theirs: new Map<string, string>() }

  const get = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await app.inject({
      method: 'GET',
      url,
      headers: { accept: 'text/html,*/*', cookie: cookiesOf(jars.ours), ...headers },
    })
    keep(jars.ours, [answer.headers['set-cookie'] ?? []].flat())
    return answer
  }

  const post = async (url: string, payload: object, headers: Record<string, string> = {}) => {
    const answer = await app.inject({
      method: 'POST',
      url,
      payload,
      headers: { cookie: cookiesOf(jars.ours), ...headers },
    })
    keep(jars.ours, [answer.headers['set-cookie'] ?? []].flat())
    return answer
  }

  /** Begins a log-in. @returns the provider's address */
  const begin = async (query: Record<string, string> = {}): Promise<URL> => {
    const answer = await get(`${path}?${new URLSearchParams(query)}`)
    assert.equal(answer.statusCode, 302, answer.body)
    return new URL(String(answer.headers.location))
  }

  /** Goes through the provider's pages until it sends back to the service. @returns that address */
  const passProvider = async (address: URL): Promise<URL> => {
    let at = address
    for (let steps = 0; steps < 10; steps += 1) {
      const answer = await fetch(at, { redirect: 'manual', headers: { cookie: cookiesOf(jars.theirs) } })
      keep(jars.theirs, answer.headers.getSetCookie())
      const location = answer.headers.get('location')
      assert.ok(location !== null, `${at} answered ${answer.status}: ${await answer.text()}`)
      at = new URL(location, at)
      if (at.href.startsWith(publicUrl)) return at
    }
    throw new Error('the provider redirects for ever')
  }

  /** Brings back to the service what the provider gave. @returns where it sends to */
  const comeBack = async (address: URL): Promise<URL> => {
    const answer = await get(`${address.pathname}${address.search}`)
    assert.equal(answer.statusCode, 302, answer.body)
    assert.equal(answer.body, '')
    return new URL(String(answer.headers.location))
  }

  /** All of it. @returns where the browser is in the end */
  const logIn = async (query: Record<string, string> = {}) => comeBack(await passProvider(await begin(query)))

  /** Exchanges the code that a return address carries. */
  const redeem = (at: URL | string, more: object = {}) =>
    post(`${path}/token`, { code: typeof at === 'string' ? at : at.searchParams.get('code'), ...more })

  /** Logs in to the tokens. */
  const enter = async () => {
    const answer = await redeem(await logIn())
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().data
  }

  return { jars, get, post, begin, passProvider, comeBack, logIn, redeem, enter }
}

export type Browser = ReturnType<typeof createBrowser>

function cookiesOf(jar: Map<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

function keep(jar: Map<string, string>, lines: string[]): void {
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
    else jar.set(name, value)
  }
}
