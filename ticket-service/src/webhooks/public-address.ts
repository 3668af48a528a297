import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** All that is given out of IPv6 for the open Internet (RFC 4291, 2.4); what is reserved within it has a range of its own. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an IP address is one of the open Internet: not private, loopback, link-local, shared (RFC 6598), multicast,
 * reserved, or one of IPv6 that leads to one of IPv4.
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false
  const address = ipaddr.process(text)
  if (address instanceof ipaddr.IPv6 && !address.match(globalUnicast)) return false
  return address.range() === 'unicast'
}
