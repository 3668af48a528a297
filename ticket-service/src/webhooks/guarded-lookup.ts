import { type LookupAddress, lookup as lookUp } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** Nothing was sent: the name leads to where webhooks must not. */
export class AddressRefused extends Error {
  constructor() {
    super('the address is not allowed')
    this.name = 'AddressRefused'
  }
}

type Resolve = (
  hostname: string,
  options: object,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

const ofTheSystem: Resolve = (hostname, options, done) => lookUp(hostname, { ...options, all: true }, done)

/**
 * Looks a name up for a connection, which goes to just the addresses that were looked at here: a name that leads to
 * another address the next moment (DNS rebinding) gains nothing. One address that is not public is enough to refuse.
 */
export function createGuardedLookup(
  resolve: Resolve = ofTheSystem,
  isAllowed: (address: string) => boolean = isPublicAddress,
): LookupFunction {
  return (hostname, options, done) =>
    resolve(hostname, options, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null) done(error, '', 0)
      else if (first === undefined || !addresses.every(({ address }) => isAllowed(address)))
        done(new AddressRefused(), '', 0)
      else if (options.all === true) done(null, addresses)
      else done(null, first.address, first.family)
    })
}
