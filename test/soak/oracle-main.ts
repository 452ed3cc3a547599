/** The process of the oracle: it is never killed during a run, and ends with the process that started it. */

import { type OracleOptions, startOracle } from './oracle.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as OracleOptions
process.stdout.write(`oracle at ${await startOracle(options)}\n`)
