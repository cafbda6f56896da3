/** Stands in for a thing at its edge, in tests: where neither emulator nor simulator can be made to fail, to be slow or to count. */

/** @returns the thing as it is, but for these methods. */
export function altered<T extends object>(real: T, methods: Partial<T>): T {
  return new Proxy(real, {
    get: (target, name) => {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name) as unknown;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
