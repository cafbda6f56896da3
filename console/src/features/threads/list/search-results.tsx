/** What a search found: people first, then messages with the words marked. */
import type { Message } from '@switchboard/contract/message';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { Link, useSearch } from 'wouter';
import { withSearch } from '../../../lib/address.ts';
import type { Stored } from '../../../lib/firestore/live.ts';
import { valueOr } from '../../../lib/firestore/live.ts';
import { NOTHING_FOUND, search, type Found } from '../../../lib/firestore/search.ts';
import { useThread } from '../../../lib/firestore/threads.ts';
import { currentLocale } from '../../../lib/i18n/language.ts';
import { shortMoment } from '../../../lib/moments.ts';
import { useSession } from '../../../lib/session.tsx';
import { useNow } from '../../../lib/use-now.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { LiveRegion } from '../../../ui/visually-hidden.tsx';
import { displayNameOf } from '../display-name.ts';
import { useSurroundings } from '../surroundings.tsx';
import { markedParts } from './marked-parts.ts';
import styles from './search-results.module.css';
import { ListSkeleton } from './thread-list.tsx';
import { ThreadRow } from './thread-row.tsx';

/** A pause this long means that somebody has finished typing, ms. */
const PAUSE_MS = 250;

type Search =
  | { readonly state: 'searching' }
  | { readonly state: 'failed' }
  | { readonly state: 'done'; readonly words: string; readonly found: Found };

function useFound(words: string): Search {
  const { db, claims } = useSession();
  const { accounts } = useSurroundings();
  const [result, setResult] = useState<Search>({ state: 'searching' });
  const known = claims.role === 'admin' ? valueOr(accounts, []).map(({ team }) => team) : claims.teams;
  const teams = [...new Set(known)].sort().join();
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      const found = teams === '' ? Promise.resolve(NOTHING_FOUND) : search(db, teams.split(','), words);
      found
        .then((value): Search => ({ state: 'done', words, found: value }))
        .catch((): Search => ({ state: 'failed' }))
        .then(
          (next) => {
            if (isCurrent) setResult(next);
          },
          () => undefined,
        );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [db, teams, words]);
  return result;
}

export function SearchResults({ words, base }: { readonly words: string; readonly base: string }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const result = useFound(words);
  if (result.state === 'searching') return <ListSkeleton />;
  if (result.state === 'failed') return <EmptyState icon={<Search size={22} />} title={t('threads.search.failed')} />;
  const { threads, messages } = result.found;
  if (threads.length + messages.length === 0) {
    return (
      <div role="status">
        <EmptyState icon={<Search size={22} />} title={t('threads.search.none', { words: result.words })}>
          {t('threads.search.noneText')}
        </EmptyState>
      </div>
    );
  }
  return (
    <div className={styles['results']}>
      <LiveRegion>{t('threads.search.title', { words: result.words })}</LiveRegion>
      {threads.length === 0 ? null : <h2 className={styles['heading']}>{t('threads.search.people')}</h2>}
      {threads.map((thread) => (
        <ThreadRow key={thread.id} thread={thread} base={base} now={now} showsAccount />
      ))}
      {messages.length === 0 ? null : <h2 className={styles['heading']}>{t('threads.search.messages')}</h2>}
      {messages.map((message) => (
        <FoundMessage key={message.id} message={message} words={result.words} base={base} now={now} />
      ))}
    </div>
  );
}

interface FoundMessageProps {
  readonly message: Stored<Message>;
  readonly words: string;
  readonly base: string;
  readonly now: number;
}

function FoundMessage({ message, words, base, now }: FoundMessageProps) {
  const { t } = useTranslation();
  const filter = useSearch();
  const thread = useThread(message.threadId);
  const known = thread.state === 'ready' && thread.value ? displayNameOf(thread.value) : message.clientJid;
  const path = withSearch(`${base}/${encodeURIComponent(message.threadId)}`, filter);
  return (
    <Link className={styles['message']} to={`${path}#${encodeURIComponent(message.id)}`} data-thread={message.threadId}>
      <Avatar name={known} seed={message.clientJid} />
      <span className={styles['text']}>
        <span className={styles['line']}>
          <span className={styles['name']}>
            <bdi>{known}</bdi>
          </span>
          <time className={styles['time']}>
            {shortMoment(message.createdAt.toDate(), new Date(now), currentLocale(), t('threads.list.yesterday'))}
          </time>
        </span>
        <span className={styles['snippet']} dir="auto">
          {markedParts(message.body, words).map((part, index) =>
            part.isFound ? <mark key={`${String(index)}${part.text}`}>{part.text}</mark> : part.text,
          )}
        </span>
      </span>
    </Link>
  );
}
