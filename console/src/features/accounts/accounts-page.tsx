/** The numbers: all of them, one of them, or the way through many that are to be linked. */
import { useParam } from '../../lib/address-router.tsx';
import { isManagement, useSession } from '../../lib/session.tsx';
import { AccountDetail } from './account-detail.tsx';
import { AccountList } from './account-list.tsx';
import { LinkMany } from './link-many.tsx';
import { LINK_MANY } from './paths.ts';

export function AccountsPage() {
  const { claims } = useSession();
  const accountId = useParam('accountId');
  if (accountId === undefined) return <AccountList />;
  if (accountId === LINK_MANY && isManagement(claims)) return <LinkMany />;
  return <AccountDetail key={accountId} accountId={accountId} />;
}
