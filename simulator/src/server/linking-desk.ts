/**
 * Devices that wait to be linked: a connection without an identity shows QR codes (refs) or asks for a pairing
 * code. Owns which of them is alive; the proof itself is the phone's work.
 */
import { randomBytes } from 'node:crypto';
import type { BinaryNode } from '../wire/nodes.ts';
import type { KeyBundle } from '../wire/signal.ts';

/** What an unlinked device told about itself at the handshake. */
export interface Registration {
  readonly noiseKey: Buffer;
  readonly bundle: KeyBundle;
}

/** An unlinked device's connection. */
export interface Applicant {
  readonly registration: Registration;
  readonly isOpen: boolean;
  send(stanza: BinaryNode): void;
  /** Sends a question and waits for its answer; `null` when the connection ends or time is up before it comes. */
  ask(question: BinaryNode): Promise<BinaryNode | null>;
  close(lastWord: BinaryNode | null): void;
}

export interface CodeRequest {
  readonly applicant: Applicant;
  readonly ref: Buffer;
  readonly wrappedEphemeral: Buffer;
  /** Called with the wrapped bundle of each `companion_finish`. */
  onFinish: ((wrappedBundle: Buffer) => void) | null;
}

const REFS_PER_APPLICANT = 6;
/** Refs of connections that ended are remembered this long, to tell "expired" from "never existed". */
const REMEMBERED_REFS = 5000;

export class LinkingDesk {
  readonly #refs = new Map<string, Applicant>();
  readonly #codes = new Map<string, CodeRequest>();

  /** New refs for an applicant; each is good for as long as its connection. */
  issueRefs(applicant: Applicant): readonly string[] {
    const refs = Array.from({ length: REFS_PER_APPLICANT }, () => `2@${randomBytes(48).toString('base64')}`);
    for (const ref of refs) this.#refs.set(ref, applicant);
    for (const [ref, other] of this.#refs) {
      if (this.#refs.size <= REMEMBERED_REFS) break;
      if (!other.isOpen) this.#refs.delete(ref);
    }
    return refs;
  }

  applicantOf(ref: string): Applicant | null {
    return this.#refs.get(ref) ?? null;
  }

  /** Refs are spent with the link. */
  forget(applicant: Applicant): void {
    for (const [ref, other] of this.#refs) if (other === applicant) this.#refs.delete(ref);
    for (const [digits, request] of this.#codes) if (request.applicant === applicant) this.#codes.delete(digits);
  }

  /** The newest request for a number counts: a new code makes the old one worthless. */
  requestCode(digits: string, applicant: Applicant, wrappedEphemeral: Buffer): CodeRequest {
    const request: CodeRequest = { applicant, ref: randomBytes(16), wrappedEphemeral, onFinish: null };
    this.#codes.set(digits, request);
    return request;
  }

  codeRequestOf(digits: string): CodeRequest | null {
    const request = this.#codes.get(digits);
    return request?.applicant.isOpen ? request : null;
  }

  codeRequestOfRef(ref: Buffer): CodeRequest | null {
    return [...this.#codes.values()].find((request) => request.ref.equals(ref)) ?? null;
  }

  closeAll(): void {
    for (const applicant of new Set(this.#refs.values())) applicant.close(null);
    this.#refs.clear();
    this.#codes.clear();
  }
}
