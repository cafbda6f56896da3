/** One's own preferences, quick replies, users, and the audit log: a section each, at an address of its own. */
import type { ReactNode } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation } from 'wouter';
import { useParam } from '../../lib/address-router.tsx';
import { useSession } from '../../lib/session.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AuditLog } from './audit-log.tsx';
import { Preferences } from './preferences.tsx';
import { QuickReplies } from './quick-replies.tsx';
import { sectionAt, sectionsOf, type Section } from './sections.ts';
import { Users } from './users.tsx';

const CONTENT: Record<Section, () => ReactNode> = {
  preferences: Preferences,
  replies: QuickReplies,
  users: Users,
  audit: AuditLog,
};

export function SettingsPage() {
  const { t } = useTranslation();
  const { claims } = useSession();
  const name = useParam('section');
  const [, navigate] = useLocation();
  const section = sectionAt(name, claims.role);
  if (section === null) return <ErrorState trouble="denied" />;
  return (
    <Page title={t('settings.title')}>
      <Tabs
        label={t('settings.title')}
        value={section}
        onChange={(chosen) => {
          navigate(`/settings/${chosen}`, { replace: true });
        }}
        tabs={sectionsOf(claims.role).map((value) => {
          const Content = CONTENT[value];
          return { value, label: t(`settings.sections.${value}`), content: <Content /> };
        })}
      />
    </Page>
  );
}
