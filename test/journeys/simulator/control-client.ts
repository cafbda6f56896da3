/** The simulator's control API as a test uses it. */
import assert from 'node:assert/strict';
import type { Simulator } from '../../../simulator/src/simulator.ts';
import { BareClient, newSession, type Session } from './bare-client.ts';

export interface Shown {
  readonly id: string;
  readonly from: string;
  readonly to: string | null;
  readonly fromMe: boolean;
  readonly text: string | null;
  readonly kind: string;
  readonly copies: number;
  readonly undecryptable: number;
  readonly status: string | null;
  readonly reactions: readonly { from: string; emoji: string }[];
}

export interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly field: string | null };
}

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

export class Control {
  readonly simulator: Simulator;

  constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  async call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(`${this.simulator.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    // Each route has one shape, named by the caller.
    const answer: Answer<Body> = { status: response.status, body: (await response.json()) as Body };
    return answer;
  }

  async post<Body>(path: string, body: unknown = {}): Promise<Body> {
    const answer = await this.call<Body>('POST', path, body);
    assert.ok(answer.status < 300, `POST ${path} answered ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async get<Body>(path: string): Promise<Body> {
    const answer = await this.call<Body>('GET', path);
    assert.equal(answer.status, 200, path);
    return answer.body;
  }

  async send(from: string, to: string, text: string, more: Record<string, unknown> = {}): Promise<string> {
    const { id } = await this.post<{ id: string }>(`/phones/${from}/messages`, { to, text, ...more });
    return id;
  }

  shown(phone: string): Promise<readonly Shown[]> {
    return this.get(`/phones/${phone}/messages`);
  }

  /** Waits until a phone shows what is looked for. */
  async showing(phone: string, what: string, accepts: (shown: Shown) => boolean): Promise<Shown> {
    const found = await eventually(`${phone} showing ${what}`, async () => (await this.shown(phone)).find(accepts));
    return found;
  }

  /** Links an account by QR and returns its client, open and caught up. */
  async link(phone: string, session: Session = newSession()): Promise<BareClient> {
    await this.post('/phones', { phone, name: `Shop ${phone}` });
    const applicant = new BareClient(this.simulator, session);
    const qr = await applicant.waitFor('a QR', () => applicant.qrs[0]);
    await this.post(`/phones/${phone}/scan`, { qr });
    await applicant.closed();
    return this.connect(session);
  }

  async connect(session: Session, config: ConstructorParameters<typeof BareClient>[2] = {}): Promise<BareClient> {
    const client = new BareClient(this.simulator, session, config);
    await client.opened();
    await client.waitFor('the backlog', () => client.isCaughtUp);
    return client;
  }
}

/** Asks again until the answer is there; fails with what was awaited. */
export async function eventually<Found>(
  what: string,
  ask: () => Promise<Found | null | undefined | false>,
  timeoutMs = 10_000,
): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
