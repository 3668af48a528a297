import { foldPassword } from './password-policy.ts'

/** The list of zxcvbn, which is taken from leaks. Loaded only when asked for: it takes some megabytes. */
export async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'].map(foldPassword))
}
