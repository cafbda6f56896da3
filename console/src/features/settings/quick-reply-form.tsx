import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import type { QuickReply } from '../../lib/firestore/quick-replies.ts';
import { changeQuickReply, createQuickReply } from '../../lib/firestore/quick-reply-writes.ts';
import { useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { say, sayFailed } from '../../ui/toast.tsx';
import { checkReply, MOST_REPLY_TEXT, MOST_REPLY_TITLE, type ReplyFaults } from './reply-draft.ts';
import styles from './settings.module.css';
import { useKnownTeams } from './use-known-teams.ts';

interface QuickReplyFormProps {
  /** `null` for a new one. */
  readonly reply: Stored<QuickReply> | null;
  readonly onClose: () => void;
}

export function QuickReplyForm({ reply, onClose }: QuickReplyFormProps) {
  const { t } = useTranslation();
  const teams = useKnownTeams();
  const [draft, setDraft] = useState({
    team: reply?.team ?? teams[0] ?? '',
    title: reply?.title ?? '',
    text: reply?.text ?? '',
  });
  const [faults, setFaults] = useState<ReplyFaults>({});
  const save = useSave(reply);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = checkReply(draft);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    save({ ...draft, title: draft.title.trim() });
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={reply === null ? t('settings.replies.add') : t('settings.replies.editTitle')}
    >
      <form className={styles['form']} onSubmit={submit} noValidate>
        {reply === null && teams.length > 1 ? (
          <Select
            label={t('settings.replies.team')}
            value={draft.team}
            options={teams.map((value) => ({ value, label: value }))}
            onChange={(team) => {
              setDraft({ ...draft, team });
            }}
          />
        ) : null}
        <Texts draft={draft} faults={faults} onChange={setDraft} />
        <DialogActions>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" type="submit">
            {t('ui.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface TextsProps {
  readonly draft: QuickReply;
  readonly faults: ReplyFaults;
  readonly onChange: (draft: QuickReply) => void;
}

function Texts({ draft, faults, onChange }: TextsProps) {
  const { t } = useTranslation();
  const faultOf = (field: 'title' | 'text', max: number) => {
    const fault = faults[field];
    return fault === undefined ? null : t(`settings.replies.${fault}`, { max });
  };
  return (
    <>
      <TextField
        label={t('settings.replies.name')}
        hint={t('settings.replies.nameHint')}
        error={faultOf('title', MOST_REPLY_TITLE)}
        value={draft.title}
        dir="auto"
        autoComplete="off"
        onChange={({ target }) => {
          onChange({ ...draft, title: target.value });
        }}
      />
      <TextArea
        label={t('settings.replies.body')}
        error={faultOf('text', MOST_REPLY_TEXT)}
        rows={6}
        value={draft.text}
        onChange={({ target }) => {
          onChange({ ...draft, text: target.value });
        }}
      />
    </>
  );
}

/** Shows at once what will be stored; says so when it is, and takes it back when the rules refuse it. */
function useSave(reply: Stored<QuickReply> | null): (draft: QuickReply) => void {
  const { t } = useTranslation();
  const { db, person } = useSession();
  return (draft) => {
    const stored = reply === null ? createQuickReply(db, person.uid, draft) : changeQuickReply(db, reply.id, draft);
    if (!navigator.onLine) say(t('settings.replies.waits'));
    stored.then(
      () => {
        say(t('settings.replies.saved'));
      },
      () => {
        sayFailed(t('ui.failed'), t('ui.deniedText'));
      },
    );
  };
}
