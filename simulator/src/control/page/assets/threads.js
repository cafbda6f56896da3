/** Sorts what a phone shows into threads. Pure. */

/** @returns {string} the group or the person a message belongs to, as seen by the phone that shows it */
function peerOf(message) {
  return message.group ?? (message.fromMe ? message.to : message.from);
}

/**
 * @param {any[]} messages as `GET /phones/:phone/messages` gives them, newest last
 * @returns {{peer: string, messages: any[]}[]} latest first
 */
export function threadsOf(messages) {
  const threads = new Map();
  for (const message of messages) {
    const peer = peerOf(message);
    const thread = threads.get(peer) ?? { peer, messages: [] };
    // Re-inserted, so that the map's order is that of the last message.
    threads.delete(peer);
    threads.set(peer, thread);
    thread.messages.push(message);
  }
  return [...threads.values()].reverse();
}

/** What a list shows of a message. */
export function lineOf(message) {
  if (message.undecryptable > 0 && message.copies === 0) return 'Waiting for this message…';
  if (message.isRevoked) return 'This message was deleted.';
  if (message.text) return message.text;
  return `[${message.kind}]`;
}

/** Whatever is not exactly one readable copy: the two things a broken sender causes. */
export function oddityOf(message) {
  const parts = [];
  if (message.copies > 1) parts.push(`arrived ${String(message.copies)} times`);
  if (message.undecryptable > 0) parts.push(`unreadable ${String(message.undecryptable)} times`);
  return parts.join(', ');
}

/** What a person has not looked at yet. */
export function unreadOf(messages) {
  return messages.filter(({ fromMe, isRead, copies }) => !fromMe && !isRead && copies > 0).length;
}

const TICKS = {
  sending: ['🕓', 'waiting'],
  sent: ['✓', 'sent'],
  delivered: ['✓✓', 'delivered'],
  read: ['✓✓', 'read'],
  refused: ['!', 'not sent'],
};

/** @returns {[string, string]} the mark and what it means in words */
export function tickOf(message) {
  return TICKS[message.status] ?? TICKS.sent;
}

export function timeOf(message) {
  return new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
