import { Check, CircleDashed, PartyPopper, SkipForward, TriangleAlert } from 'lucide-react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { LiveRegion } from '../../ui/visually-hidden.tsx';
import styles from './many.module.css';
import type { ListedNumber } from './number-list.ts';
import { linkedOf, type Stop, type StopState, type Walk } from './onboarding.ts';
import { phoneWords } from './phone-words.ts';
import { StateCard } from './state-card.tsx';
import { useLinkWalk } from './use-link-walk.ts';

interface LinkWalkProps {
  readonly numbers: readonly ListedNumber[];
  readonly team: string;
  readonly onAgain: () => void;
}

export function LinkWalk({ numbers, team, onAgain }: LinkWalkProps) {
  const { t } = useTranslation();
  const { walk, current, account, tell } = useLinkWalk(numbers, team);
  const progress = t('accounts.many.progress', { done: linkedOf(walk), all: walk.length });
  return (
    <div className={styles['walk']}>
      <div className={styles['stage']}>
        {current === null ? (
          <End walk={walk} onAgain={onAgain} />
        ) : (
          <>
            <div className={styles['now']}>
              <div>
                <h2 dir="auto">{current.number.name}</h2>
                <bdi dir="ltr">{phoneWords(current.number.phoneE164)}</bdi>
              </div>
              <Button
                onClick={() => {
                  tell({ kind: 'skipped', phone: current.number.phoneE164 });
                }}
              >
                {t('accounts.many.skip')}
              </Button>
            </div>
            {account ? (
              <StateCard key={account.id} account={account} />
            ) : (
              <Card>
                <p className={styles['fetching']} role="status">
                  <Spinner />
                  {t('accounts.linking.waiting')}
                </p>
              </Card>
            )}
          </>
        )}
      </div>
      <Card title={t('accounts.many.steps')} text={progress}>
        <progress className={styles['bar']} value={linkedOf(walk)} max={walk.length} aria-label={progress} />
        <ol className={styles['stops']}>
          {walk.map((stop) => (
            <StopRow
              key={stop.number.phoneE164}
              stop={stop}
              onChoose={() => {
                tell({ kind: 'chosen', phone: stop.number.phoneE164 });
              }}
            />
          ))}
        </ol>
      </Card>
      <LiveRegion>{progress}</LiveRegion>
    </div>
  );
}

const ICONS: Record<StopState, typeof Check> = {
  waiting: CircleDashed,
  current: CircleDashed,
  linked: Check,
  skipped: SkipForward,
  refused: TriangleAlert,
};

const WORDS = {
  waiting: 'accounts.many.waiting',
  current: 'accounts.many.current',
  linked: 'accounts.status.connected.word',
  skipped: 'accounts.many.skipped',
  refused: 'accounts.many.refused',
} as const satisfies Record<StopState, string>;

function StopRow({ stop, onChoose }: { readonly stop: Stop; readonly onChoose: () => void }) {
  const { t } = useTranslation();
  const { number, state, refusal } = stop;
  const Icon = ICONS[state];
  return (
    <li className={styles['stop']} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
      <Icon size={16} aria-hidden="true" />
      <span className={styles['stopWords']}>
        <span dir="auto">{number.name}</span>
        <span className={styles['stopState']}>{refusal ? refusalWords(t, refusal) : t(WORDS[state])}</span>
      </span>
      {state === 'skipped' || state === 'refused' ? (
        <Button kind="quiet" onClick={onChoose}>
          {t('accounts.many.retry')}
        </Button>
      ) : null}
    </li>
  );
}

function End({ walk, onAgain }: { readonly walk: Walk; readonly onAgain: () => void }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const done = linkedOf(walk);
  const all = walk.length;
  return (
    <Card>
      <EmptyState
        icon={done === all ? <PartyPopper size={22} /> : <Check size={22} />}
        title={done === all ? t('accounts.many.doneTitle', { count: all }) : t('accounts.many.endTitle', { done, all })}
        action={
          <div className={styles['ends']}>
            <Button onClick={onAgain}>{t('accounts.many.another')}</Button>
            <Button
              kind="primary"
              onClick={() => {
                navigate('/accounts');
              }}
            >
              {t('accounts.many.toAccounts')}
            </Button>
          </div>
        }
      >
        {t('accounts.many.doneText')}
      </EmptyState>
    </Card>
  );
}
