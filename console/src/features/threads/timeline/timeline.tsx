/** A thread's messages on screen. It opens at the end, stays there while new ones come, and keeps its place while older ones do. */
import { ArrowDown } from 'lucide-react';
import { memo, useCallback, useMemo, useState } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { Virtualizer } from 'virtua';
import { currentLocale } from '../../../lib/i18n/language.ts';
import { dayName } from '../../../lib/moments.ts';
import { useNow } from '../../../lib/use-now.ts';
import { IconButton } from '../../../ui/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { say } from '../../../ui/toast.tsx';
import { LiveRegion } from '../../../ui/visually-hidden.tsx';
import { VirtualRows } from '../../../ui/virtual-rows.tsx';
import { cx } from '../../../ui/cx.ts';
import { Bubble, type BubbleActions, type RowActions } from './bubble.tsx';
import type { ShownMessage } from './shown-message.ts';
import { timelineRows, type NewSince, type TimelineRow } from './timeline-rows.ts';
import styles from './timeline.module.css';
import { useJump } from './use-jump.ts';
import { ABOVE, BELOW, useScroll } from './use-scroll.ts';
import type { Timeline as TimelineState } from './use-timeline.ts';

interface TimelineProps {
  readonly timeline: TimelineState;
  readonly name: string;
  readonly isGroup: boolean;
  readonly newSince: NewSince | null;
  readonly actions: BubbleActions;
  /** The message to go to when it opens: one that a search found. */
  readonly goTo: string | null;
}

/** Drawn again when the thread changes, not with each key that is pressed below it. */
export const Timeline = memo(function Timeline(props: TimelineProps) {
  const { t } = useTranslation();
  const { timeline } = props;
  if (timeline.state === 'denied' || timeline.state === 'broken') return <ErrorState trouble={timeline.state} />;
  if (timeline.messages.length === 0) {
    if (timeline.state === 'loading' || !timeline.isComplete) return <TimelineSkeleton />;
    return <EmptyState title={t('threads.thread.noMessages')} />;
  }
  return <Rows {...props} />;
});

function Rows({ timeline, name, isGroup, newSince, actions, goTo }: TimelineProps) {
  const { t } = useTranslation();
  const { messages, isComplete, isLoadingOlder } = timeline;
  const now = useNow(60_000);
  const sayTooFar = useCallback(() => {
    say(t('threads.message.notLoaded'));
  }, [t]);
  const rows = useMemo(() => timelineRows(messages, newSince, isComplete), [messages, newSince, isComplete]);
  const { scroller, list, isAtEnd, isGrowingUp, toEnd, toRow, onScroll, onResize, onHold } = useScroll(rows, timeline);
  const { lit, jump } = useJump(rows, timeline, toRow, goTo, sayTooFar);
  const ofRow: RowActions = { ...actions, jump, customer: isGroup ? null : name };
  return (
    <div className={styles['timeline']} role="log" aria-label={t('threads.thread.messages', { name })} aria-live="off">
      <div
        ref={scroller}
        className={styles['scroller']}
        tabIndex={0}
        onWheel={onHold}
        onTouchMove={onHold}
        onKeyDown={onHold}
        onPointerDown={onHold}
      >
        <div className={styles['above']} />
        <Top height={ABOVE} isLoading={!isComplete && isLoadingOlder} />
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={rows}
          shift={isGrowingUp}
          startMargin={ABOVE}
          bufferSize={600}
          as={VirtualRows}
          onScroll={onScroll}
          onResize={onResize}
        >
          {(row) => <Row key={row.key} row={row} isGroup={isGroup} isLit={lit === row.key} now={now} actions={ofRow} />}
        </Virtualizer>
        <div className={styles['below']} style={{ blockSize: BELOW }} />
      </div>
      {isAtEnd ? null : <ToEnd onClick={toEnd} />}
      <Announcer messages={messages} name={name} />
    </div>
  );
}

function ToEnd({ onClick }: { readonly onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles['toEnd']}>
      <IconButton label={t('threads.thread.toNewest')} icon={<ArrowDown size={18} />} onClick={onClick} />
    </div>
  );
}

function Top({ height, isLoading }: { readonly height: number; readonly isLoading: boolean }) {
  const { t } = useTranslation();
  return (
    <div
      className={styles['older']}
      style={{ blockSize: height }}
      role="status"
      aria-label={t('threads.thread.loadingOlder')}
      data-loading={isLoading || undefined}
    >
      {isLoading ? <Spinner /> : null}
    </div>
  );
}

interface RowProps {
  readonly row: TimelineRow;
  readonly isGroup: boolean;
  readonly isLit: boolean;
  readonly now: number;
  readonly actions: RowActions;
}

function Row({ row, isGroup, isLit, now, actions }: RowProps) {
  switch (row.kind) {
    case 'beginning':
      return <Beginning />;
    case 'day':
      return <DayLine at={row.at} now={now} />;
    case 'new':
      return <NewLine count={row.count} />;
    case 'message':
      return <Bubble row={row} isGroup={isGroup} isLit={isLit} actions={actions} />;
  }
}

function Beginning() {
  const { t } = useTranslation();
  return <p className={styles['beginning']}>{t('threads.thread.beginning')}</p>;
}

function DayLine({ at, now }: { readonly at: Date; readonly now: number }) {
  const { t } = useTranslation();
  const words = { today: t('threads.thread.today'), yesterday: t('threads.thread.yesterday') };
  return (
    <div className={styles['day']}>
      <span>{dayName(at, new Date(now), currentLocale(), words)}</span>
    </div>
  );
}

function NewLine({ count }: { readonly count: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles['new']}>
      <span>{t('threads.thread.newCount', { count })}</span>
    </div>
  );
}

/** Reads out what a customer writes while the thread is open; what was there before is not news. */
function Announcer({ messages, name }: { readonly messages: readonly ShownMessage[]; readonly name: string }) {
  const { t } = useTranslation();
  const last = messages.findLast(({ direction }) => direction === 'inbound');
  const [first] = useState(last?.id);
  const isNews = last !== undefined && last.id !== first;
  return <LiveRegion>{isNews ? t('threads.list.newMessageFrom', { name, text: last.body }) : ''}</LiveRegion>;
}

function TimelineSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles['skeletons']} role="status" aria-label={t('ui.loading')}>
      {[42, 30, 54, 36, 24, 48].map((width, index) => (
        <div key={width} className={cx(styles['skeleton'], index % 3 === 1 && styles['skeletonOurs'])}>
          <Skeleton width={`${String(width)}%`} height="38px" />
        </div>
      ))}
    </div>
  );
}
