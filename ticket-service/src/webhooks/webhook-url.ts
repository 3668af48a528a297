import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.ts'

export type WebhookPolicy = { allowHttp: boolean; allowPrivateAddresses: boolean }

/**
 * Why a webhook may not have this address; null where it may. Names are looked up only when they are called, so that
 * none can lead elsewhere by then.
 */
export function faultOfUrl(text: string, { allowHttp, allowPrivateAddresses }: WebhookPolicy): string | null {
  if (!URL.canParse(text)) return 'must be a URL'
  const url = new URL(text)
  const protocols = allowHttp ? ['https:', 'http:'] : ['https:']
  if (!protocols.includes(url.protocol))
    return `must begin with ${allowHttp ? 'https:// or http://' : 'https://'}`
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password'
  if (allowPrivateAddresses) return null
  const host = hostOf(url)
  const isLocal = isIP(host) === 0 ? /(^|\.)localhost\.?$/.test(host) : !isPublicAddress(host)
  return isLocal ? 'must not lead to a private address' : null
}

/** Without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
