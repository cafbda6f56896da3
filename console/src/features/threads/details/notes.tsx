/** What colleagues tell each other about a customer. The customer never sees it. */
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import type { Stored } from '../../../lib/firestore/live.ts';
import { addNote, removeNote, useNotes, type Note } from '../../../lib/firestore/notes.ts';
import { currentLocale } from '../../../lib/i18n/language.ts';
import { longMoment } from '../../../lib/moments.ts';
import { useSession } from '../../../lib/session.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { ErrorState, Skeleton } from '../../../ui/states.tsx';
import { sayFailed } from '../../../ui/toast.tsx';
import { useSurroundings } from '../surroundings.tsx';
import styles from './notes.module.css';

/** What firestore.rules lets a note have. */
const MAX_LENGTH = 4_000;

export function Notes({ threadId }: { readonly threadId: string }) {
  const { t } = useTranslation();
  const notes = useNotes(threadId);
  return (
    <section className={styles['notes']}>
      <h3 className={styles['title']}>
        {t('threads.details.notes')} <span className={styles['hint']}>{t('threads.details.notesHint')}</span>
      </h3>
      <NewNote threadId={threadId} />
      {notes.state === 'loading' ? <Skeleton height="48px" /> : null}
      {notes.state === 'failed' ? <ErrorState trouble={notes.trouble} /> : null}
      {notes.state === 'ready' && notes.value.length === 0 ? (
        <p className={styles['none']}>{t('threads.details.noNotes')}</p>
      ) : null}
      {notes.state === 'ready' ? (
        <ul className={styles['list']}>
          {notes.value.map((note) => (
            <OneNote key={note.id} note={note} threadId={threadId} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function NewNote({ threadId }: { readonly threadId: string }) {
  const { t } = useTranslation();
  const { db, person } = useSession();
  const [text, setText] = useState('');
  const save = () => {
    const words = text.trim();
    if (words === '') return;
    setText('');
    addNote(db, person.uid, threadId, words).catch(() => {
      sayFailed(t('ui.failed'));
      setText(words);
    });
  };
  return (
    <div className={styles['new']}>
      <textarea
        className={styles['input']}
        rows={2}
        dir="auto"
        maxLength={MAX_LENGTH}
        value={text}
        aria-label={t('threads.details.addNote')}
        placeholder={t('threads.details.addNote')}
        onChange={({ target }) => {
          setText(target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
        }}
      />
      {text.trim() === '' ? null : (
        <Button kind="primary" onClick={save}>
          {t('threads.details.noteSave')}
        </Button>
      )}
    </div>
  );
}

function OneNote({ note, threadId }: { readonly note: Stored<Note>; readonly threadId: string }) {
  const { t } = useTranslation();
  const { db, person, claims } = useSession();
  const { nameOf } = useSurroundings();
  const [isAsking, setIsAsking] = useState(false);
  const mayDelete = note.createdBy === person.uid || claims.role === 'admin';
  const remove = () => {
    setIsAsking(false);
    removeNote(db, threadId, note.id).catch(() => {
      sayFailed(t('ui.failed'));
    });
  };
  return (
    <li className={styles['note']}>
      <p className={styles['text']} dir="auto">
        {note.text}
      </p>
      <div className={styles['foot']}>
        <span>
          {nameOf(note.createdBy)} · {longMoment(note.createdAt.toDate(), currentLocale())}
        </span>
        {mayDelete ? (
          <IconButton
            size="s"
            label={t('threads.details.noteDelete')}
            icon={<Trash2 size={13} />}
            onClick={() => {
              setIsAsking(true);
            }}
          />
        ) : null}
      </div>
      <Confirm
        isOpen={isAsking}
        title={t('threads.details.noteDeleteTitle')}
        description={t('threads.details.noteDeleteText')}
        confirm={t('threads.message.deleteConfirm')}
        onConfirm={remove}
        onCancel={() => {
          setIsAsking(false);
        }}
      />
    </li>
  );
}
