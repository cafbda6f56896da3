import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './segments.module.css';

export interface Segment<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly count?: number;
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly segments: readonly Segment<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few, all of them in sight. */
export function Segments<T extends string>({ label, segments, value, onChange }: SegmentsProps<T>) {
  const choose = (chosen: string) => {
    // Pressing the one that is chosen lets go of it; here one is always chosen.
    const segment = segments.find((one) => one.value === chosen);
    if (segment) onChange(segment.value);
  };
  return (
    <ToggleGroup.Root type="single" className={styles['group']} aria-label={label} value={value} onValueChange={choose}>
      {segments.map((segment) => (
        <ToggleGroup.Item key={segment.value} value={segment.value} className={styles['segment']}>
          {segment.icon}
          {segment.label}
          {segment.count === undefined ? null : <span className={styles['count']}>{segment.count}</span>}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
