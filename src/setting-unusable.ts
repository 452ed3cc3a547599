/** A setting that is right by itself, but what it names cannot be had: no such host, a folder instead of a file. */
export class SettingUnusable extends Error {
  /** `setting` is its name, or names; the message of `cause` is shown, so it must hold no secret. */
  constructor(setting: string, cause: unknown) {
    super(`${setting} cannot be used: ${reasonOf(cause)}.`, { cause })
    this.name = 'SettingUnusable'
  }
}

/** Resolves as work does; rejects with {@link SettingUnusable} when what a setting names cannot be had. */
export async function using<Result>(setting: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw new SettingUnusable(setting, error)
  }
}

function reasonOf(cause: unknown): string {
  // A host of several addresses, none of which answers.
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ')
  return cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
}
