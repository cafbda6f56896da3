import { accountOutputSchema } from '@switchboard/contract/callables';
import { useState, type SyntheticEvent } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation } from 'wouter';
import { useAccounts } from '../../lib/firestore/accounts.ts';
import { valueOr } from '../../lib/firestore/live.ts';
import { useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import styles from './form.module.css';
import { checkNumber, type NumberDraft, type NumberFault } from './number-draft.ts';
import { accountPath } from './paths.ts';
import { PhoneField } from './phone-field.tsx';
import { firstTeamOf, TeamField } from './team-field.tsx';
import { useCountry } from './use-country.ts';

type Method = 'qr' | 'pairing_code';

/** The one form that begins a link. Where it ends, the account's own page goes on with the code. */
export function AddAccount({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog isOpen onClose={onClose} title={t('accounts.form.title')} description={t('accounts.form.text')}>
      <AddForm onClose={onClose} />
    </Dialog>
  );
}

function useKnown(phoneE164: string | null) {
  const accounts = valueOr(useAccounts(), []);
  return accounts.find((account) => account.phoneE164 === phoneE164) ?? null;
}

/** Asks the server, and goes to the account's own page when it agrees. */
function useAdding() {
  const { t } = useTranslation();
  const { call } = useSession();
  const [, navigate] = useLocation();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const add = async (phone: string, draft: NumberDraft, method: Method) => {
    setIsBusy(true);
    setRefusal(null);
    const input = { phone, name: draft.name.trim(), team: draft.team.trim() };
    const added = await call('addAccount', input, accountOutputSchema);
    const answer =
      added.ok && method === 'pairing_code'
        ? await call('requestPairingCode', { accountId: added.value.accountId }, accountOutputSchema)
        : added;
    setIsBusy(false);
    if (answer.ok) navigate(accountPath(answer.value.accountId));
    else setRefusal(refusalWords(t, answer.error));
  };
  return { add, isBusy, refusal };
}

function AddForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const [, navigate] = useLocation();
  const [country, setCountry] = useCountry();
  const [draft, setDraft] = useState<NumberDraft>({ name: '', phone: '', team: firstTeamOf(claims) });
  const [method, setMethod] = useState<Method>('qr');
  const [faults, setFaults] = useState<readonly NumberFault[]>([]);
  const { add, isBusy, refusal } = useAdding();
  const checked = checkNumber(draft, country);
  const known = useKnown(checked.phoneE164);
  const isConnected = known?.status === 'connected';
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    // Asking again for a number that is connected would end its link.
    if (known && isConnected) {
      navigate(accountPath(known.id));
      return;
    }
    setFaults(checked.faults);
    if (checked.faults.length === 0 && checked.phoneE164 !== null) void add(checked.phoneE164, draft, method);
  };
  return (
    <form className={styles['form']} onSubmit={submit} noValidate>
      <PhoneField
        country={country}
        onCountry={setCountry}
        phone={draft.phone}
        onPhone={(phone) => {
          setDraft({ ...draft, phone });
        }}
        fault={faults.find((one) => one === 'noPhone' || one === 'badPhone') ?? null}
      />
      {known ? (
        <p className={styles['notice']}>{t(`accounts.form.${isConnected ? 'knownConnected' : 'known'}`)}</p>
      ) : null}
      <Naming draft={draft} faults={faults} onChange={setDraft} />
      <MethodField method={method} onMethod={setMethod} />
      {refusal === null ? null : (
        <p className={styles['failure']} role="alert">
          {refusal}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button kind="primary" type="submit" isBusy={isBusy}>
          {isConnected ? t('accounts.form.open') : t('accounts.form.submit')}
        </Button>
      </DialogActions>
    </form>
  );
}

interface NamingProps {
  readonly draft: NumberDraft;
  readonly faults: readonly NumberFault[];
  readonly onChange: (draft: NumberDraft) => void;
}

function Naming({ draft, faults, onChange }: NamingProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t('accounts.form.name')}
        hint={t('accounts.form.nameHint')}
        error={faults.includes('noName') ? t('accounts.form.noName') : null}
        value={draft.name}
        maxLength={80}
        dir="auto"
        autoComplete="off"
        onChange={({ target }) => {
          onChange({ ...draft, name: target.value });
        }}
      />
      <TeamField
        value={draft.team}
        hasFault={faults.includes('badTeam')}
        onChange={(team) => {
          onChange({ ...draft, team });
        }}
      />
    </>
  );
}

function MethodField({ method, onMethod }: { readonly method: Method; readonly onMethod: (method: Method) => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles['choice']}>
      <span className={styles['choiceLabel']}>{t('accounts.form.method')}</span>
      <Segments
        label={t('accounts.form.method')}
        segments={(['qr', 'pairing_code'] as const).map((value) => ({ value, label: t(`accounts.form.${value}`) }))}
        value={method}
        onChange={onMethod}
      />
    </div>
  );
}
