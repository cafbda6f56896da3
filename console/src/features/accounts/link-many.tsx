/** From a pasted list to linked numbers, phone after phone. */
import { useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Page } from '../../ui/page.tsx';
import { Back } from './account-detail.tsx';
import { LinkWalk } from './link-walk.tsx';
import type { ListedNumber } from './number-list.ts';
import { NumberListForm } from './number-list-form.tsx';

interface Begun {
  readonly numbers: readonly ListedNumber[];
  readonly team: string;
}

export function LinkMany() {
  const { t } = useTranslation();
  const [begun, setBegun] = useState<Begun | null>(null);
  return (
    <Page title={t('accounts.many.title')} back={<Back />}>
      {begun === null ? (
        <NumberListForm
          onStart={(numbers, team) => {
            setBegun({ numbers, team });
          }}
        />
      ) : (
        <LinkWalk
          {...begun}
          onAgain={() => {
            setBegun(null);
          }}
        />
      )}
    </Page>
  );
}
