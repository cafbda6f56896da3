/** What the console needs of one of the contract's schemas, so that only the contract names the library behind them. */
export interface Schema<T> {
  parse(value: unknown): T;
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}
