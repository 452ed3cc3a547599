/** What a gateway logged as a fault of its own. */

/** The lines of the levels error and fatal; see `src/telemetry/log.ts`. */
export function loggedFaults(output: string): readonly string[] {
  return output.split('\n').filter((line) => /^\{"level":"(error|fatal)"/.test(line))
}
