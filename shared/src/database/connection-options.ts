/**
 * What a `mysql://user:password@host:port/database` URL says, as the driver wants it. Parameters: `ssl=true`, and
 * `allowPublicKeyRetrieval=true` for MySQL's caching_sha2_password without TLS on a private network.
 */
export function connectionOptions(databaseUrl: string) {
  const url = new URL(databaseUrl)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: url.searchParams.get('ssl') === 'true',
    // Errors are logged, and would tell the values of their statements.
    logParam: false,
    allowPublicKeyRetrieval: url.searchParams.get('allowPublicKeyRetrieval') === 'true',
  }
}
