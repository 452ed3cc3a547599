/** Counts the commits that stand in an SQLite write-ahead log (https://sqlite.org/fileformat2.html#walformat). */

import { readFile } from 'node:fs/promises'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24

/** Commits since the log was last begun anew. Each one ends with one frame that tells the size of the database. */
export async function commitsInWal(databasePath: string): Promise<number> {
  const wal = await readFile(`${databasePath}-wal`)
  if (wal.length < HEADER_BYTES) return 0
  const frameBytes = FRAME_HEADER_BYTES + wal.readUInt32BE(8)
  const salt = wal.subarray(16, 24)
  let commits = 0
  for (let offset = HEADER_BYTES; offset + frameBytes <= wal.length; offset += frameBytes) {
    // Frames with another salt are left over from before the log was begun anew.
    if (!wal.subarray(offset + 8, offset + 16).equals(salt)) break
    if (wal.readUInt32BE(offset + 4) !== 0) commits += 1
  }
  return commits
}
