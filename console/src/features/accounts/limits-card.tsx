import type { Account } from '@switchboard/contract/account';
import { setAccountLimitsOutputSchema } from '@switchboard/contract/callables';
import type { Limits } from '@switchboard/contract/limits';
import { useId, useState, type SyntheticEvent } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { isManagement, useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/check-field.tsx';
import { TextField } from '../../ui/field.tsx';
import { Card } from '../../ui/page.tsx';
import { say, sayFailed } from '../../ui/toast.tsx';
import styles from './detail.module.css';
import {
  draftOf,
  MOST_NEW_THREADS,
  MOST_PER_MINUTE,
  parseDraft,
  type LimitsDraft,
  type LimitsField,
} from './limits-draft.ts';

export function LimitsCard({ account }: { readonly account: Stored<Account> }) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const mayChange = isManagement(claims);
  return (
    <Card
      title={t('accounts.limits.title')}
      text={mayChange ? t('accounts.limits.text') : t('accounts.limits.readOnly')}
    >
      {/* What a colleague saves meanwhile begins the form anew: it is then about other limits. */}
      {mayChange ? <LimitsForm key={JSON.stringify(account.limits)} account={account} /> : null}
      {mayChange ? null : <LimitsFacts limits={account.limits} />}
    </Card>
  );
}

function LimitsFacts({ limits }: { readonly limits: Limits }) {
  const { t } = useTranslation();
  const { perMinute, newThreadsPerDay, quietHours, showsTyping } = limits;
  const amount = (value: number | null) => {
    if (value === null) return t('accounts.limits.default');
    return value === 0 ? t('accounts.limits.none') : String(value);
  };
  return (
    <dl className={styles['facts']}>
      <dt>{t('accounts.limits.perMinute')}</dt>
      <dd>{amount(perMinute)}</dd>
      <dt>{t('accounts.limits.newThreads')}</dt>
      <dd>{amount(newThreadsPerDay)}</dd>
      <dt>{t('accounts.limits.quiet')}</dt>
      <dd>{quietHours ? `${quietHours.from} – ${quietHours.to}, ${quietHours.timeZone}` : t('accounts.limits.off')}</dd>
      <dt>{t('accounts.limits.typing')}</dt>
      <dd>{showsTyping ? t('accounts.limits.on') : t('accounts.limits.off')}</dd>
    </dl>
  );
}

function LimitsForm({ account }: { readonly account: Stored<Account> }) {
  const { t } = useTranslation();
  const { call } = useSession();
  const before = draftOf(account.limits, Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [draft, setDraft] = useState(before);
  const [wrong, setWrong] = useState<ReadonlySet<LimitsField>>(new Set());
  const [isBusy, setIsBusy] = useState(false);
  const change = (changed: Partial<LimitsDraft>) => {
    setDraft({ ...draft, ...changed });
  };
  const save = async (limits: Limits) => {
    setIsBusy(true);
    const answer = await call('setAccountLimits', { accountId: account.id, limits }, setAccountLimitsOutputSchema);
    setIsBusy(false);
    if (answer.ok) say(t('accounts.limits.saved'));
    else sayFailed(t('ui.failed'), refusalWords(t, answer.error));
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const parsed = parseDraft(draft);
    setWrong(parsed.ok ? new Set() : parsed.wrong);
    if (parsed.ok) void save(parsed.limits);
  };
  return (
    <form className={styles['form']} onSubmit={submit} noValidate>
      <Amounts draft={draft} wrong={wrong} onChange={change} />
      <CheckField
        label={t('accounts.limits.quiet')}
        isChecked={draft.isQuiet}
        onChange={(isQuiet) => {
          change({ isQuiet });
        }}
      />
      {draft.isQuiet ? <QuietHours draft={draft} wrong={wrong} onChange={change} /> : null}
      <CheckField
        label={t('accounts.limits.typing')}
        isChecked={draft.showsTyping}
        onChange={(showsTyping) => {
          change({ showsTyping });
        }}
      />
      <div className={styles['foot']}>
        <Button type="submit" isBusy={isBusy} disabled={isBusy || JSON.stringify(draft) === JSON.stringify(before)}>
          {t('accounts.limits.save')}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly draft: LimitsDraft;
  readonly wrong: ReadonlySet<LimitsField>;
  readonly onChange: (changed: Partial<LimitsDraft>) => void;
}

function Amounts({ draft, wrong, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <div className={styles['pair']}>
      <TextField
        label={t('accounts.limits.perMinute')}
        hint={t('accounts.limits.perMinuteHint')}
        error={wrong.has('perMinute') ? t('accounts.limits.badNumber', { max: MOST_PER_MINUTE }) : null}
        inputMode="numeric"
        placeholder={t('accounts.limits.default')}
        value={draft.perMinute}
        onChange={({ target }) => {
          onChange({ perMinute: target.value });
        }}
      />
      <TextField
        label={t('accounts.limits.newThreads')}
        hint={t('accounts.limits.newThreadsHint')}
        error={wrong.has('newThreadsPerDay') ? t('accounts.limits.badNumber', { max: MOST_NEW_THREADS }) : null}
        inputMode="numeric"
        placeholder={t('accounts.limits.default')}
        value={draft.newThreadsPerDay}
        onChange={({ target }) => {
          onChange({ newThreadsPerDay: target.value });
        }}
      />
    </div>
  );
}

function QuietHours({ draft, wrong, onChange }: PartProps) {
  const { t } = useTranslation();
  const zones = useId();
  return (
    <div className={styles['quiet']}>
      {(['from', 'to'] as const).map((field) => (
        <TextField
          key={field}
          label={t(`accounts.limits.${field}`)}
          error={wrong.has(field) ? t('accounts.limits.badTime') : null}
          type="time"
          value={draft[field]}
          onChange={({ target }) => {
            onChange({ [field]: target.value });
          }}
        />
      ))}
      <div>
        <TextField
          label={t('accounts.limits.timeZone')}
          error={wrong.has('timeZone') ? t('accounts.limits.badZone') : null}
          list={zones}
          autoComplete="off"
          value={draft.timeZone}
          onChange={({ target }) => {
            onChange({ timeZone: target.value });
          }}
        />
        <datalist id={zones}>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </div>
    </div>
  );
}
