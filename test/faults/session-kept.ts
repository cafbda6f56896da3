/** What shows that a link was kept: what is stored of it is as it was, the phone lists it, and nobody was asked to link anew. */
import { accountSchema } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import { objectIn } from '../../scripts/lib/json.ts';
import type { LinkedAccount } from '../support/journey.ts';
import { adminFirestore, stack } from '../support/stack.ts';

type Account = Pick<LinkedAccount, 'accountId'>;

/** Everything stored of a session, but for the stamp of who claimed it last. */
export async function storedSession({ accountId }: Account): Promise<Record<string, unknown>> {
  const reference = adminFirestore().doc(paths.session(accountId));
  const session = await reference.get();
  const { docs: keys } = await adminFirestore().collection(paths.sessionKeys(accountId)).get();
  const { docs: backups } = await reference.collection('backups').get();
  const stamp = new Set(['epoch', 'writer', 'sequence', 'updatedAt']);
  return {
    session: Object.fromEntries(Object.entries(session.data() ?? {}).filter(([field]) => !stamp.has(field))),
    keys: Object.fromEntries(keys.map((document) => [document.id, document.data()])),
    backups: Object.fromEntries(backups.map((document) => [document.id, document.data()])),
  };
}

/** How many devices a phone lists as linked. */
export async function linkedDevices(phone: string): Promise<number> {
  const answer = await fetch(`${stack.simulatorUrl()}/phones/${encodeURIComponent(phone)}`);
  const { companions } = objectIn(await answer.json(), 'the phone');
  return Array.isArray(companions) ? companions.length : -1;
}

/** Records each of these accounts that, from now on, is anything but on its way to be connected with the link it has, or shows a code. */
export function watchForLinking(accounts: readonly Account[]): { readonly asked: Set<string>; stop(): void } {
  const asked = new Set<string>();
  const failed = (error: Error): void => void asked.add(error.message);
  const stops = accounts.flatMap(({ accountId }) => [
    adminFirestore()
      .doc(paths.account(accountId))
      .onSnapshot((account) => {
        const { status } = accountSchema.parse(account.data());
        if (status !== 'connected' && status !== 'reconnecting') asked.add(`${accountId} is ${status}`);
      }, failed),
    adminFirestore()
      .doc(paths.linking(accountId))
      .onSnapshot((linking) => {
        if (linking.exists) asked.add(`${accountId} shows a code`);
      }, failed),
  ]);
  return {
    asked,
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
