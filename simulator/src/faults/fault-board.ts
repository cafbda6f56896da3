/** The faults that are set, and how often each will still strike. The oldest matching one strikes first. */
import type { Fault, FaultKind, FaultOf } from './fault.ts';

interface Posted {
  readonly fault: Fault;
  remaining: number | null;
}

export class FaultBoard {
  #posted: Posted[] = [];

  post(fault: Fault): void {
    this.#posted.push({ fault, remaining: fault.times });
  }

  clear(account: string | null = null): void {
    this.#posted = account === null ? [] : this.#posted.filter(({ fault }) => fault.account !== account);
  }

  list(): readonly (Fault & { remaining: number | null })[] {
    return this.#posted.map(({ fault, remaining }) => ({ ...fault, remaining }));
  }

  /** Whether a fault waits, without using it up. */
  peek<Kind extends FaultKind>(
    kind: Kind,
    account: string | null,
    accepts: (fault: FaultOf<Kind>) => boolean = () => true,
  ): FaultOf<Kind> | null {
    return this.#find(kind, account, accepts)?.fault ?? null;
  }

  /** The fault that strikes now, used up once; `null` when none is set. */
  take<Kind extends FaultKind>(
    kind: Kind,
    account: string | null,
    accepts: (fault: FaultOf<Kind>) => boolean = () => true,
  ): FaultOf<Kind> | null {
    const found = this.#find(kind, account, accepts);
    if (!found) return null;
    const { posted, fault } = found;
    if (posted.remaining !== null) posted.remaining -= 1;
    if (posted.remaining === 0) this.#posted = this.#posted.filter((other) => other !== posted);
    return fault;
  }

  #find<Kind extends FaultKind>(
    kind: Kind,
    account: string | null,
    accepts: (fault: FaultOf<Kind>) => boolean,
  ): { posted: Posted; fault: FaultOf<Kind> } | null {
    const isOfKind = (fault: Fault): fault is FaultOf<Kind> => fault.kind === kind;
    for (const posted of this.#posted) {
      const { fault } = posted;
      if (isOfKind(fault) && (account === null || fault.account === account) && accepts(fault))
        return { posted, fault };
    }
    return null;
  }
}
