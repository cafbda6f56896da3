/**
 * Bounds an LRU cache by its number of entries. The library's own `max` does that too, and takes the memory of all of them at once:
 * a megabyte for every account that was just taken and remembers nothing yet.
 */
export function bounded(maxEntries: number): { readonly maxSize: number; readonly sizeCalculation: () => number } {
  return { maxSize: maxEntries, sizeCalculation: () => 1 };
}
