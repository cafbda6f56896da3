import { MessageSquareText, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { useQuickReplies, type QuickReply } from '../../lib/firestore/quick-replies.ts';
import { removeQuickReply } from '../../lib/firestore/quick-reply-writes.ts';
import { isManagement, useSession } from '../../lib/session.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { say, sayFailed } from '../../ui/toast.tsx';
import { QuickReplyForm } from './quick-reply-form.tsx';
import styles from './settings.module.css';

type Edited = Stored<QuickReply> | 'new' | null;

export function QuickReplies() {
  const { t } = useTranslation();
  const { claims } = useSession();
  const replies = useQuickReplies();
  const [edited, setEdited] = useState<Edited>(null);
  const [removed, setRemoved] = useState<Stored<QuickReply> | null>(null);
  const mayWrite = isManagement(claims);
  const add = (
    <Button
      kind="primary"
      onClick={() => {
        setEdited('new');
      }}
    >
      <Plus size={16} aria-hidden="true" />
      {t('settings.replies.add')}
    </Button>
  );
  const isEmpty = replies.state === 'ready' && replies.value.length === 0;
  return (
    <Card
      title={t('settings.sections.replies')}
      text={t('settings.replies.text')}
      actions={mayWrite && !isEmpty ? add : null}
    >
      {replies.state === 'loading' ? <Skeleton height="120px" /> : null}
      {replies.state === 'failed' ? <ErrorState trouble={replies.trouble} /> : null}
      {isEmpty ? (
        <EmptyState
          icon={<MessageSquareText size={22} />}
          title={t('settings.replies.empty')}
          action={mayWrite ? add : null}
        >
          {mayWrite ? t('settings.replies.emptyText') : t('settings.replies.emptyAgent')}
        </EmptyState>
      ) : null}
      {replies.state === 'ready' ? (
        <ul>
          {replies.value.map((reply) => (
            <ReplyRow key={reply.id} reply={reply} mayWrite={mayWrite} onEdit={setEdited} onRemove={setRemoved} />
          ))}
        </ul>
      ) : null}
      {edited === null ? null : (
        <QuickReplyForm
          reply={edited === 'new' ? null : edited}
          onClose={() => {
            setEdited(null);
          }}
        />
      )}
      <RemoveReply
        reply={removed}
        onEnd={() => {
          setRemoved(null);
        }}
      />
    </Card>
  );
}

interface ReplyRowProps {
  readonly reply: Stored<QuickReply>;
  readonly mayWrite: boolean;
  readonly onEdit: (reply: Stored<QuickReply>) => void;
  readonly onRemove: (reply: Stored<QuickReply>) => void;
}

function ReplyRow({ reply, mayWrite, onEdit, onRemove }: ReplyRowProps) {
  const { t } = useTranslation();
  return (
    <li className={styles['row']}>
      <div className={styles['rowWords']}>
        <p className={styles['rowTitle']}>
          <span dir="auto">{reply.title}</span>
          <Badge>{reply.team}</Badge>
        </p>
        <p className={styles['replyText']} dir="auto">
          {reply.text}
        </p>
      </div>
      {mayWrite ? (
        <div className={styles['rowActions']}>
          <IconButton
            label={`${t('settings.replies.edit')}: ${reply.title}`}
            icon={<Pencil size={15} />}
            onClick={() => {
              onEdit(reply);
            }}
          />
          <IconButton
            label={`${t('settings.replies.remove')}: ${reply.title}`}
            icon={<Trash2 size={15} />}
            onClick={() => {
              onRemove(reply);
            }}
          />
        </div>
      ) : null}
    </li>
  );
}

function RemoveReply({ reply, onEnd }: { readonly reply: Stored<QuickReply> | null; readonly onEnd: () => void }) {
  const { t } = useTranslation();
  const { db } = useSession();
  if (reply === null) return null;
  // It is out of sight at once, also without a connection; if the rules refuse it, it comes back and says so.
  const remove = () => {
    onEnd();
    removeQuickReply(db, reply.id).then(
      () => {
        say(t('settings.replies.removed'));
      },
      () => {
        sayFailed(t('ui.failed'), t('ui.deniedText'));
      },
    );
  };
  return (
    <Confirm
      isOpen
      title={t('settings.replies.removeTitle', { title: reply.title })}
      description={t('settings.replies.removeText', { team: reply.team })}
      confirm={t('settings.replies.remove')}
      onConfirm={remove}
      onCancel={onEnd}
    />
  );
}
