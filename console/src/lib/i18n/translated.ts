/** The shape a translation must have: every key of the English words, and `_few` wherever Romanian counts with it. */
export type Translated<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Translated<T[K]>;
} & {
  readonly [K in keyof T as K extends `${infer Base}_other` ? `${Base}_few` : never]: string;
};
