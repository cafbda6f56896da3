/**
 * The order in which the effects of a step happen: one after the other, except that what is only told (a status, a code that goes) is
 * told beside the rest. A connection does not wait until its account says "connecting".
 */
import type { Effect } from './steps.ts';

/** @param apply says whether to go on. Resolves when all of it has happened. */
export async function applyInOrder(
  effects: readonly Effect[],
  apply: (effect: Effect) => Promise<boolean>,
): Promise<void> {
  const told: Promise<boolean>[] = [];
  for (const effect of effects) {
    const isTold = effect.type === 'status' || effect.type === 'hide-code';
    if (!isTold && effect.type !== 'connect') await Promise.all(told);
    const applied = apply(effect);
    if (isTold) told.push(applied);
    else if (!(await applied)) break;
  }
  await Promise.all(told);
}
