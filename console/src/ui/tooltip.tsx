/**
 * A short text about a control, while a pointer rests on it or the keyboard is at it. One element for the whole page, placed by hand:
 * that is a fraction of what a library for it weighs. It repeats the control's own label, so screen readers are spared it.
 */
import { Slot } from 'radix-ui';
import { useEffect, useState, type ReactNode } from 'react';
import { Kbd } from './kbd.tsx';
import { placeBeside, type Side } from './place-beside.ts';
import styles from './tooltip.module.css';

interface TooltipProps {
  readonly label: string;
  readonly shortcut?: string;
  readonly side?: Side;
  readonly children: ReactNode;
}

/** Gives its one child a tooltip. Never the only place where something is said. */
export function Tooltip({ label, shortcut, side = 'bottom', children }: TooltipProps) {
  return (
    <Slot.Root data-tip={label} data-tip-keys={shortcut} data-tip-side={side}>
      {children}
    </Slot.Root>
  );
}

/** How long a pointer rests before the text appears, ms. */
const DELAY_MS = 450;

interface Tip {
  readonly label: string;
  readonly keys: string | undefined;
  readonly x: number;
  readonly y: number;
  readonly side: Side;
}

function tipOf(target: EventTarget | null): Tip | null {
  const owner = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
  if (!owner || owner.dataset['state'] === 'open') return null;
  const asked = owner.dataset['tipSide'];
  const side = asked === 'right' || asked === 'top' ? asked : 'bottom';
  const page = { width: window.innerWidth, height: window.innerHeight };
  const place = placeBeside(owner.getBoundingClientRect(), side, page);
  return { label: owner.dataset['tip'] ?? '', keys: owner.dataset['tipKeys'], ...place };
}

/** Once around the app. */
export function TooltipScope({ children }: { readonly children: ReactNode }) {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setTip(null);
    };
    const onOver = ({ target, pointerType }: PointerEvent) => {
      hide();
      if (pointerType === 'mouse')
        timer = setTimeout(() => {
          setTip(tipOf(target));
        }, DELAY_MS);
    };
    const onFocus = ({ target }: FocusEvent) => {
      if (target instanceof Element && target.matches(':focus-visible')) setTip(tipOf(target));
    };
    const ends = ['pointerdown', 'keydown', 'scroll', 'focusout'] as const;
    document.addEventListener('pointerover', onOver);
    document.addEventListener('focusin', onFocus);
    for (const end of ends) document.addEventListener(end, hide, true);
    return () => {
      hide();
      document.removeEventListener('pointerover', onOver);
      document.removeEventListener('focusin', onFocus);
      for (const end of ends) document.removeEventListener(end, hide, true);
    };
  }, []);
  return (
    <>
      {children}
      {tip ? (
        <div className={styles['tip']} data-side={tip.side} style={{ left: tip.x, top: tip.y }} aria-hidden="true">
          {tip.label}
          {tip.keys === undefined ? null : <Kbd keys={tip.keys} />}
        </div>
      ) : null}
    </>
  );
}
