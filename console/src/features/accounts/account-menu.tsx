/** What may be done with a number besides the next step, and the questions before what has consequences. */
import type { Account } from '@switchboard/contract/account';
import { Ellipsis, KeyRound, PlugZap, PowerOff, QrCode, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation } from 'wouter';
import type { Stored } from '../../lib/firestore/live.ts';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { isDeleted } from './next-step.ts';
import { lastDigitsOf, phoneWords } from './phone-words.ts';
import { useAccountActions, type AccountAction } from './use-account-actions.tsx';

type Question = 'disconnect' | 'delete' | 'relink' | 'reset' | null;

export function AccountMenu({ account }: { readonly account: Stored<Account> }) {
  const { t } = useTranslation();
  const { ask } = useAccountActions(account.id);
  const [question, setQuestion] = useState<Question>(null);
  if (isDeleted(account)) return null;
  const isOnline = account.desired === 'online';
  const at = (id: AccountAction, rest: Omit<MenuEntry, 'id' | 'label'>): MenuEntry => ({
    id,
    label: t(`accounts.action.${id}`),
    ...rest,
  });
  const asking = (about: Question) => () => {
    setQuestion(about);
  };
  const relink = () => {
    if (account.status === 'connected') setQuestion('relink');
    else void ask('relink');
  };
  const entries: readonly MenuEntry[] = [
    isOnline
      ? at('disconnect', {
          icon: <PowerOff size={16} />,
          onChoose: asking('disconnect'),
        })
      : at('connect', { icon: <PlugZap size={16} />, onChoose: () => void ask('connect') }),
    at('relink', { icon: <QrCode size={16} />, onChoose: relink }),
    at('pairing_code', {
      icon: <KeyRound size={16} />,
      isDisabled: account.status === 'connected',
      onChoose: () => void ask('pairing_code'),
    }),
    at('reset', {
      icon: <RotateCcw size={16} />,
      startsGroup: true,
      onChoose: asking('reset'),
    }),
    at('delete', {
      icon: <Trash2 size={16} />,
      isDangerous: true,
      onChoose: asking('delete'),
    }),
  ];
  return (
    <>
      <Menu
        trigger={<IconButton label={t('accounts.action.more')} icon={<Ellipsis size={18} />} />}
        entries={entries}
      />
      <Questions
        account={account}
        question={question}
        onEnd={() => {
          setQuestion(null);
        }}
      />
    </>
  );
}

interface QuestionsProps {
  readonly account: Stored<Account>;
  readonly question: Question;
  readonly onEnd: () => void;
}

function Questions({ account, question, onEnd }: QuestionsProps) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const { ask, busy } = useAccountActions(account.id);
  if (question === null) return null;
  const { name } = account;
  const words = {
    disconnect: { title: t('accounts.disconnectTitle', { name }), description: t('accounts.disconnectText') },
    relink: { title: t('accounts.relinkTitle', { name }), description: t('accounts.relinkText') },
    reset: { title: t('accounts.resetTitle', { name }), description: t('accounts.resetText') },
    delete: {
      title: t('accounts.deleteTitle', { name }),
      description: t('accounts.deleteText', { phone: phoneWords(account.phoneE164) }),
      typed: lastDigitsOf(account.phoneE164),
    },
  }[question];
  const confirm = async () => {
    const isTaken = await ask(question);
    if (!isTaken) return;
    onEnd();
    if (question === 'delete') navigate('/accounts');
  };
  return (
    <Confirm
      isOpen
      {...words}
      confirm={t(`accounts.action.${question}`)}
      kind={question === 'relink' ? 'primary' : 'danger'}
      isBusy={busy !== null}
      onConfirm={() => void confirm()}
      onCancel={onEnd}
    />
  );
}
