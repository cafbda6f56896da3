/** `/stats`: the counters, and who holds which connections at this moment. */
import type { Network } from '../server/network.ts';

export function statsView(network: Network): Record<string, unknown> {
  const { stats } = network;
  const accounts = network.people.flatMap((person) =>
    person.companions.map((device) => ({
      account: person.phone,
      device: device.id,
      isOnline: device.isOnline,
      waiting: device.queue.length,
    })),
  );
  return {
    messagesRouted: stats.messagesRouted,
    acks: stats.acks,
    errorAcks: stats.errorAcks,
    receipts: stats.receipts,
    retries: stats.retries,
    copies: stats.copies,
    repeatedCopies: stats.repeatedCopies,
    undecryptable: stats.undecryptable,
    strayCopies: stats.strayCopies,
    logins: stats.logins,
    loginsByAccount: stats.loginsByAccount,
    refusedLogins: stats.refusedLogins,
    unhandled: stats.unhandled,
    lastUnhandled: stats.lastUnhandled,
    openSockets: stats.openSockets,
    maxOpenSockets: stats.maxOpenSockets,
    lateStanzas: stats.lateStanzas,
    accounts,
  };
}
