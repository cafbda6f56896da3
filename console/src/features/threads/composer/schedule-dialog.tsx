import { useState } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { currentLocale } from '../../../lib/i18n/language.ts';
import { longMoment } from '../../../lib/moments.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';
import { TextField } from '../../../ui/field.tsx';
import styles from './schedule-dialog.module.css';
import { localInputOf, sendTimes } from './send-times.ts';

interface ScheduleDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onChoose: (at: Date) => void;
}

export function ScheduleDialog({ isOpen, onClose, onChoose }: ScheduleDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('threads.composer.scheduleTitle')}>
      <Times onChoose={onChoose} />
    </Dialog>
  );
}

/** Mounted with each opening, so "in an hour" is an hour from now. */
function Times({ onChoose }: Pick<ScheduleDialogProps, 'onChoose'>) {
  const { t } = useTranslation();
  const [now] = useState(() => new Date());
  const [custom, setCustom] = useState('');
  const chosen = custom === '' ? null : new Date(custom);
  const isPast = chosen !== null && chosen.getTime() <= Date.now();
  return (
    <>
      <ul className={styles['times']}>
        {sendTimes(now).map(({ id, at }) => (
          <li key={id}>
            <button
              type="button"
              className={styles['time']}
              onClick={() => {
                onChoose(at);
              }}
            >
              <span>{t(`threads.composer.${id}`)}</span>
              <span className={styles['moment']}>{longMoment(at, currentLocale())}</span>
            </button>
          </li>
        ))}
      </ul>
      <TextField
        type="datetime-local"
        label={t('threads.composer.customTime')}
        min={localInputOf(now)}
        value={custom}
        error={isPast ? t('threads.composer.past') : null}
        onChange={({ target }) => {
          setCustom(target.value);
        }}
      />
      <DialogActions>
        <Button
          kind="primary"
          disabled={chosen === null || isPast}
          onClick={() => {
            if (chosen) onChoose(chosen);
          }}
        >
          {t('threads.composer.scheduleConfirm')}
        </Button>
      </DialogActions>
    </>
  );
}
