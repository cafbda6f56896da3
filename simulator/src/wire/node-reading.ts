/** Reading and making binary nodes. A stanza that lacks what its kind must carry is a `MalformedStanza`. Pure. */
import type { BinaryNode } from './nodes.ts';

export class MalformedStanza extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'MalformedStanza';
  }
}

export function node(tag: string, attrs: Record<string, string> = {}, content?: BinaryNode['content']): BinaryNode {
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

/** The attributes that have a value: the codec would skip the others silently. */
export function attrsOf(attrs: Record<string, string | null | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(attrs).filter((entry): entry is [string, string] => entry[1] != null));
}

export function childrenOf(parent: BinaryNode | undefined, tag?: string): readonly BinaryNode[] {
  if (!Array.isArray(parent?.content)) return [];
  return tag === undefined ? parent.content : parent.content.filter((child) => child.tag === tag);
}

export function childOf(parent: BinaryNode | undefined, tag: string): BinaryNode | undefined {
  return childrenOf(parent, tag)[0];
}

/** The bytes of a leaf; short texts are told apart from bytes by nobody on this wire, so both are read. */
export function bytesOf(leaf: BinaryNode | undefined): Buffer | null {
  if (leaf?.content === undefined || Array.isArray(leaf.content)) return null;
  return Buffer.from(leaf.content);
}

export function requireChild(parent: BinaryNode, tag: string): BinaryNode {
  const found = childOf(parent, tag);
  if (!found) throw new MalformedStanza(`<${parent.tag}> without <${tag}>`);
  return found;
}

export function requireBytes(parent: BinaryNode, tag: string): Buffer {
  const bytes = bytesOf(requireChild(parent, tag));
  if (!bytes) throw new MalformedStanza(`<${tag}> of <${parent.tag}> is empty`);
  return bytes;
}

export function requireAttr(stanza: BinaryNode, name: string): string {
  const value = stanza.attrs[name];
  if (value === undefined) throw new MalformedStanza(`<${stanza.tag}> without ${name}`);
  return value;
}

/** Key ids and registration ids travel as 3 or 4 bytes, big endian. */
export function uintOf(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

export function uintBytes(value: number, length: 3 | 4): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}
