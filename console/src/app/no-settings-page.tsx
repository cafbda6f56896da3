import { useTranslation } from '../lib/i18n/use-translation.ts';
import { Button } from '../ui/button.tsx';
import { Entrance } from './entrance.tsx';

/** The page opened, but does not know which project it belongs to. */
export function NoSettingsPage({ onRetry }: { readonly onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Entrance title={t('shell.noSettings')} text={t('shell.noSettingsText')}>
      <Button kind="primary" isWide onClick={onRetry}>
        {t('ui.retry')}
      </Button>
    </Entrance>
  );
}
