/** Writing to a number that has no thread yet. The thread opens once the server has accepted the first message. */
import { useEffect, useState, type SyntheticEvent } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation } from 'wouter';
import { valueOr } from '../../lib/firestore/live.ts';
import { askToSend, useOutboxEntry } from '../../lib/firestore/outbox.ts';
import { useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { say } from '../../ui/toast.tsx';
import { useSurroundings } from './surroundings.tsx';
import styles from './new-thread-dialog.module.css';

interface NewThreadDialogProps {
  readonly base: string;
  /** The number that is looked at: the one to write from, unless another is chosen. */
  readonly accountId: string | null;
  readonly onClose: () => void;
}

export function NewThreadDialog(props: NewThreadDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog isOpen onClose={props.onClose} title={t('threads.create.title')}>
      <NewThread {...props} />
    </Dialog>
  );
}

function NewThread({ base, accountId, onClose }: NewThreadDialogProps) {
  const { t } = useTranslation();
  const { accounts } = useSurroundings();
  const usable = valueOr(accounts, []).filter(({ status }) => status !== 'deleted');
  const [first] = usable;
  const [chosen, setChosen] = useState(accountId);
  const from = chosen ?? first?.id ?? null;
  const [phone, setPhone] = useState('');
  const [text, setText] = useState('');
  const asking = useAsking(base, onClose);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (from !== null) void asking.ask(from, phone, text.trim());
  };
  if (from === null) return <p>{t('threads.create.noAccounts')}</p>;
  return (
    <form className={styles['form']} onSubmit={submit}>
      <Select
        label={t('threads.create.account')}
        value={from}
        options={usable.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setChosen}
      />
      <TextField
        label={t('threads.create.phone')}
        hint={t('threads.create.phoneHint')}
        type="tel"
        autoComplete="off"
        required
        value={phone}
        error={asking.isBadPhone ? t('threads.create.badPhone') : null}
        onChange={({ target }) => {
          setPhone(target.value);
        }}
      />
      <TextArea
        label={t('threads.create.message')}
        required
        value={text}
        onChange={({ target }) => {
          setText(target.value);
        }}
      />
      <Refusal words={asking.refusal} />
      <DialogActions>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button
          kind="primary"
          type="submit"
          isBusy={asking.isWaiting}
          disabled={text.trim() === '' || asking.isWaiting}
        >
          {asking.isWaiting ? t('threads.create.waiting') : t('threads.create.send')}
        </Button>
      </DialogActions>
    </form>
  );
}

function Refusal({ words }: { readonly words: string | null }) {
  const { t } = useTranslation();
  if (words === null) return null;
  return (
    <p className={styles['refusal']} role="alert">
      {t('threads.create.refused')}: {words}
    </p>
  );
}

/** Hands the first message over and follows it until it has a thread, or a refusal. */
function useAsking(base: string, onClose: () => void) {
  const { t } = useTranslation();
  const { db, person } = useSession();
  const [, navigate] = useLocation();
  const [requestId, setRequestId] = useState<string | null>(null);
  const [isBadPhone, setIsBadPhone] = useState(false);
  const [denied, setDenied] = useState<string | null>(null);
  const entry = useOutboxEntry(requestId);
  const threadId = entry?.threadId ?? null;
  const rejection = entry?.status === 'rejected' ? (entry.error?.message ?? '') : null;
  useEffect(() => {
    if (threadId === null) return;
    onClose();
    navigate(`${base}/${encodeURIComponent(threadId)}`);
    // Once, when the thread is known.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [threadId]);
  const ask = async (accountId: string, phone: string, text: string) => {
    const { parsePhone } = await import('@switchboard/contract/phone');
    const toPhone = parsePhone(phone);
    setIsBadPhone(toPhone === null);
    setDenied(null);
    if (toPhone === null || text === '') return;
    const asked = askToSend(db, person.uid, { accountId, to: { toPhone }, payload: { kind: 'text', text } });
    asked.stored.catch(() => {
      setRequestId(null);
      setDenied(t('ui.deniedText'));
    });
    setRequestId(asked.requestId);
    if (!navigator.onLine) say(t('threads.create.queued'));
  };
  const refusal = rejection ?? denied;
  return { ask, isBadPhone, refusal, isWaiting: requestId !== null && refusal === null && threadId === null };
}
