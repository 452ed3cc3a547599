/** How much of the heap of a gateway process is in use, once everything that can go has gone. */

import type { GatewayProcess } from './gateway-process.ts'

/** Options of Node with which a process tells its heap after a collection when it is asked for by a signal. */
export const heapOptions: readonly string[] = [
  '--expose-gc',
  `--import=data:text/javascript,process.on('SIGUSR2',()=>{gc();gc();console.log('heap='+process.memoryUsage().heapUsed+';')})`,
]

/** Bytes of the heap in use, of a gateway that was started with {@link heapOptions}. */
export async function heapBytesOf({ process }: GatewayProcess): Promise<number> {
  const told = process.output().match(/heap=\d+;/g)?.length ?? 0
  process.signal('SIGUSR2')
  const [, bytes] = await process.waitFor(new RegExp(`(?:heap=\\d+;[^]*){${told}}heap=(\\d+);`))
  return Number(bytes)
}
