/** The pages of a signed-in person, in the frame that stays. */
import { Suspense, useEffect } from 'react';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { AddressRouter } from '../lib/address-router.tsx';
import { useSession } from '../lib/session.tsx';
import { Skeleton, EmptyState, ErrorState } from '../ui/states.tsx';
import { PageBoundary } from './page-boundary.tsx';
import { PAGES, type Page } from './pages.tsx';
import { Shell } from './shell.tsx';
import styles from './shell.module.css';

export function App() {
  return (
    <AddressRouter>
      <Shell>
        <Switch>
          <Route path="/">
            <Redirect to="/chat" replace />
          </Route>
          {PAGES.map((page) => (
            <Route key={page.id} path={page.route}>
              <Shown page={page} />
            </Route>
          ))}
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Shell>
    </AddressRouter>
  );
}

/** One page with what surrounds each: whether this person may open it, its title, and what shows while it loads or breaks. */
function Shown({ page }: { readonly page: Page }) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const [path] = useLocation();
  const title = t(`shell.${page.id}`);
  useEffect(() => {
    document.title = `${title} · Switchboard`;
  }, [title]);
  if (!page.roles.includes(claims.role)) return <ErrorState trouble="denied" />;
  return (
    <PageBoundary resetBy={path}>
      <Suspense fallback={<PageSkeleton />}>
        <page.Component />
      </Suspense>
    </PageBoundary>
  );
}

function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles['loading']} role="status" aria-label={t('ui.loading')}>
      <Skeleton width="180px" height="20px" />
      <Skeleton height="64px" />
      <Skeleton height="64px" />
      <Skeleton height="64px" />
    </div>
  );
}

function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t('shell.notFound')} action={<Link to="/chat">{t('shell.toChat')}</Link>}>
      {t('shell.notFoundText')}
    </EmptyState>
  );
}
