/** Something around every method of a port, without the port knowing. */

/** Runs the work of one method call; must give back what the work gives. */
export type Around = <Result>(method: string, work: () => Promise<Result>) => Promise<Result>

type Method = (...parameters: readonly unknown[]) => Promise<unknown>

/** The same methods, each inside `around`. The port is a plain object whose methods return promises. */
export function instrument<Port extends object>(port: Port, around: Around): Port {
  const methods = port as Readonly<Record<string, Method>>
  return Object.fromEntries(
    Object.keys(port).map((name) => [
      name,
      (...parameters: readonly unknown[]) => around(name, () => methods[name]!(...parameters)),
    ]),
  ) as Port
}
