/** Draws the last hour. For the eye alone: the card around it says the sums, and shows the same as a table. */
import type { MinuteRate } from '@switchboard/contract/lease';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import styles from './dashboard.module.css';
import { MINUTE_MS } from './rates.ts';

const AXIS = { fill: 'var(--text-2)', fontSize: 11 };

/** Shapes differ as well as colours: a full line, a dashed one, dots. */
const SERIES = [
  { key: 'received', colour: 'var(--info)', dash: '5 3' },
  { key: 'sent', colour: 'var(--accent)', dash: '0' },
  { key: 'failed', colour: 'var(--danger)', dash: '1 3' },
] as const;

export function TrafficChart({ rows }: { readonly rows: readonly MinuteRate[] }) {
  const { t } = useTranslation();
  const time = new Intl.DateTimeFormat(currentLanguage(), { hour: '2-digit', minute: '2-digit', hour12: false });
  const clock = (minute: unknown) => (typeof minute === 'number' ? time.format(minute * MINUTE_MS) : '');
  return (
    <>
      <Key />
      <ResponsiveContainer width="100%" height={240}>
        <AreaChart data={[...rows]} margin={{ top: 8, right: 8, bottom: 0, left: -20 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis dataKey="minute" tickFormatter={clock} tick={AXIS} tickLine={false} axisLine={false} minTickGap={48} />
          <YAxis allowDecimals={false} tick={AXIS} tickLine={false} axisLine={false} width={52} />
          <Tooltip
            labelFormatter={clock}
            isAnimationActive={false}
            cursor={{ stroke: 'var(--border-strong)' }}
            contentStyle={{
              border: '1px solid var(--border)',
              borderRadius: 'var(--radius-m)',
              background: 'var(--raised)',
              boxShadow: 'var(--shadow-2)',
              fontSize: 'var(--text-m)',
            }}
          />
          {SERIES.map(({ key, colour, dash }) => (
            <Area
              key={key}
              type="monotone"
              dataKey={key}
              name={t(`dashboard.${key}`)}
              stroke={colour}
              strokeWidth={2}
              strokeDasharray={dash}
              fill={colour}
              fillOpacity={0.1}
              isAnimationActive={false}
            />
          ))}
        </AreaChart>
      </ResponsiveContainer>
    </>
  );
}

/** Which line is which. */
function Key() {
  const { t } = useTranslation();
  return (
    <ul className={styles['key']}>
      {SERIES.map(({ key, colour, dash }) => (
        <li key={key}>
          <svg width="20" height="8" aria-hidden="true">
            <line x1="0" y1="4" x2="20" y2="4" stroke={colour} strokeWidth="2" strokeDasharray={dash} />
          </svg>
          {t(`dashboard.${key}`)}
        </li>
      ))}
    </ul>
  );
}
