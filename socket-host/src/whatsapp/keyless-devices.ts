/**
 * Leaves out devices that WhatsApp names and has no keys for: linked devices that are gone, mostly. The library gives up on everybody
 * it asked about when one of them is refused, so that one dead device would silence its owner, each group they are in and, if it is
 * our own, the account. WhatsApp's own clients skip such a device.
 *
 * A device is refused within the answer, or the question as a whole is, because of it.
 */
import {
  getAllBinaryNodeChildren,
  getBinaryNodeChild,
  jidDecode,
  type BinaryNode,
  type WASocket,
} from '@whiskeysockets/baileys';
import { z } from 'zod';
import type { AccountMemory } from './account-memory.ts';

/** The library's error for a question that WhatsApp refused because of whom it names: `item-not-found`, `not-acceptable`. */
const refusedForDevice = z.object({ data: z.union([z.literal(404), z.literal(406)]) });

/** Where it is remembered who has which devices, and by which spellings. */
export interface KnownDevices {
  readonly memory: Pick<AccountMemory, 'devices'>;
  /** The LID of a number, the number of a LID, as far as it is known. */
  readonly otherSpelling: (jid: string) => string | null;
}

function isRefused(user: BinaryNode): boolean {
  return user.tag === 'user' && getBinaryNodeChild(user, 'error') !== undefined;
}

/** Takes those WhatsApp has no keys for out of an answer about keys, the only one that lists users by themselves. @returns their jids. */
export function takeKeylessFrom(answer: BinaryNode): string[] {
  const list =
    answer.tag === 'iq' && answer.attrs['type'] === 'result' ? getBinaryNodeChild(answer, 'list') : undefined;
  if (!list) return [];
  const users = getAllBinaryNodeChildren(list);
  const keyless = users.filter(isRefused);
  if (keyless.length > 0) list.content = users.filter((user) => !isRefused(user));
  return keyless.flatMap(({ attrs: { jid } }) => jid ?? []);
}

function leaveOut({ memory, otherSpelling }: KnownDevices, jid: string): void {
  const device = jidDecode(jid)?.device ?? 0;
  for (const spelling of [jid, otherSpelling(jid)]) {
    const user = spelling === null ? undefined : jidDecode(spelling)?.user;
    if (user !== undefined) memory.devices.leaveOut(user, device);
  }
}

/** Shows the library only the devices that there are keys for: a frame is shown to all who listen before it answers who asked. */
export function skipKeylessDevices(ws: WASocket['ws'], known: KnownDevices): void {
  ws.on('frame', (frame: BinaryNode | Uint8Array) => {
    if (frame instanceof Uint8Array) return;
    for (const jid of takeKeylessFrom(frame)) leaveOut(known, jid);
  });
}

/** Makes sure of a session with every one of these devices that there are keys for. @throws when WhatsApp does not tell. */
export async function openSessions(
  sock: Pick<WASocket, 'assertSessions'>,
  known: KnownDevices,
  devices: readonly string[],
): Promise<void> {
  try {
    await sock.assertSessions([...devices]);
  } catch (error) {
    if (!refusedForDevice.safeParse(error).success) throw error;
    const [first, second] = devices;
    if (first === undefined) return;
    if (second === undefined) {
      leaveOut(known, first);
      return;
    }
    // It does not say which of them it is.
    const middle = Math.ceil(devices.length / 2);
    await openSessions(sock, known, devices.slice(0, middle));
    await openSessions(sock, known, devices.slice(middle));
  }
}
