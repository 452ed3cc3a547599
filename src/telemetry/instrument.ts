/** Something around every method of a port, without the port knowing. */

/** Runs the work of one call; must give back what the work gives. */
export type Around = <Result>(work: () => Promise<Result>) => Promise<Result>

type Method = (...parameters: readonly unknown[]) => Promise<unknown>

/**
 * The same methods, each inside what `aroundMethod` makes for its name, once. The port is a plain object whose
 * methods return promises.
 */
export function instrument<Port extends object>(port: Port, aroundMethod: (name: string) => Around): Port {
  const methods = port as Readonly<Record<string, Method>>
  return Object.fromEntries(
    Object.keys(port).map((name) => {
      const around = aroundMethod(name)
      return [name, (...parameters: readonly unknown[]) => around(() => methods[name]!(...parameters))]
    }),
  ) as Port
}
