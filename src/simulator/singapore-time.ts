/** Instants as Atlas writes and reckons them: in UTC+8, without saying so. */

const offsetMs = 8 * 3_600_000

/** `yyyy-MM-dd HH:mm:ss` of epoch milliseconds. */
export function singaporeTime(at: number): string {
  return new Date(at + offsetMs).toISOString().slice(0, 19).replace('T', ' ')
}

/** `yyyy-MM` of epoch milliseconds. */
export function monthInSingapore(at: number): string {
  return singaporeTime(at).slice(0, 7)
}
