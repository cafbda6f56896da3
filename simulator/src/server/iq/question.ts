/** The shape of a question and of its answer. */
import type { BinaryNode } from '../../wire/nodes.ts';
import type { Device } from '../device.ts';
import type { Network } from '../network.ts';

export interface Question {
  readonly network: Network;
  readonly device: Device;
  readonly stanza: BinaryNode;
}

/** Nothing at all is an empty result. */
export interface Answer {
  readonly content?: BinaryNode[];
  readonly error?: { readonly code: number; readonly text: string };
  /** Runs once the answer is on the wire. */
  readonly afterwards?: () => void;
}

export type IqResponder = (question: Question) => Answer;
