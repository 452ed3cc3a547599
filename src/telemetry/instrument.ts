/** Something around every method of a port, without the port knowing. */

/** Runs the work of one method call; must give back what the work gives. */
export type Around = <Result>(method: string, work: () => Promise<Result>) => Promise<Result>

/** The same object, each of whose methods runs inside `around`. Every method has to return a promise. */
export function instrument<Port extends object>(port: Port, around: Around): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver)
      if (typeof method !== 'function' || typeof name !== 'string') return method
      return (...parameters: unknown[]) =>
        around(name, () => Reflect.apply(method, target, parameters) as Promise<unknown>)
    },
  })
}
