import { cx } from './cx.ts';
import styles from './avatar.module.css';
import { hueOf, initialsOf } from './initials.ts';

interface AvatarProps {
  readonly name: string;
  /** What the colour is chosen by, so that a new name keeps it. */
  readonly seed?: string;
  readonly size?: 's' | 'm' | 'l';
}

/** A person's initials on a colour of their own. It repeats the name beside it, so screen readers skip it. */
export function Avatar({ name, seed = name, size = 'm' }: AvatarProps) {
  return (
    // The letters are drawn by the style sheet: as text they would count as words of the button they are on.
    <span
      className={cx(styles['avatar'], styles[size])}
      data-hue={hueOf(seed)}
      data-initials={initialsOf(name)}
      aria-hidden="true"
    />
  );
}
