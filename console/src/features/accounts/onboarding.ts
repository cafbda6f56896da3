/**
 * The walk from phone to phone: each number is waiting, then current, then linked, skipped or refused. One is current at a time; the
 * next one that waits follows it. Pure.
 */
import type { ErrorInfo } from '@switchboard/contract/failure';
import type { ListedNumber } from './number-list.ts';

export type StopState = 'waiting' | 'current' | 'linked' | 'skipped' | 'refused';

export interface Stop {
  readonly number: ListedNumber;
  readonly state: StopState;
  /** Known once the server took the number. */
  readonly accountId: string | null;
  /** Why the server did not. */
  readonly refusal: ErrorInfo | null;
}

export type Walk = readonly Stop[];

export type WalkEvent =
  | { readonly kind: 'added'; readonly phone: string; readonly accountId: string }
  | { readonly kind: 'refused'; readonly phone: string; readonly refusal: ErrorInfo }
  | { readonly kind: 'linked' | 'skipped' | 'chosen'; readonly phone: string };

export function startWalk(numbers: readonly ListedNumber[]): Walk {
  return onward(numbers.map((number) => ({ number, state: 'waiting', accountId: null, refusal: null })));
}

export function currentOf(walk: Walk): Stop | null {
  return walk.find(({ state }) => state === 'current') ?? null;
}

export function linkedOf(walk: Walk): number {
  return walk.filter(({ state }) => state === 'linked').length;
}

export function walkOn(walk: Walk, event: WalkEvent): Walk {
  return onward(
    walk.map((stop) => (stop.number.phoneE164 === event.phone ? changed(stop, event) : released(stop, event))),
  );
}

/** A number that was skipped or refused can be taken up again; the one before it waits meanwhile. */
function released(stop: Stop, { kind }: WalkEvent): Stop {
  return kind === 'chosen' && stop.state === 'current' ? { ...stop, state: 'waiting' } : stop;
}

function changed(stop: Stop, event: WalkEvent): Stop {
  switch (event.kind) {
    case 'added':
      return { ...stop, accountId: event.accountId, refusal: null };
    case 'refused':
      return { ...stop, state: 'refused', refusal: event.refusal };
    case 'linked':
      return { ...stop, state: 'linked', refusal: null };
    case 'skipped':
      return { ...stop, state: 'skipped' };
    case 'chosen':
      return stop.state === 'linked' ? stop : { ...stop, state: 'current', refusal: null };
  }
}

/** Makes the next one that waits the current one, if none is. */
function onward(walk: Walk): Walk {
  if (currentOf(walk)) return walk;
  const next = walk.findIndex(({ state }) => state === 'waiting');
  return walk.map((stop, index) => (index === next ? { ...stop, state: 'current' } : stop));
}
