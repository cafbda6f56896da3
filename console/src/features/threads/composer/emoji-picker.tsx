/** All emoji, searchable. A web component with its data beside it, loaded when somebody first opens it. */
import dataUrl from 'emoji-picker-element-data/en/emojibase/data.json?url';
import type { EmojiClickEvent } from 'emoji-picker-element/shared';
import Picker from 'emoji-picker-element/picker.js';
import { useEffect, useRef } from 'react';
import styles from './emoji-picker.module.css';

export function EmojiPicker({ onPick }: { readonly onPick: (emoji: string) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onPick);
  useEffect(() => {
    latest.current = onPick;
  });
  useEffect(() => {
    const picker = new Picker({ dataSource: dataUrl });
    const onClick = (event: EmojiClickEvent) => {
      if (event.detail.unicode !== undefined) latest.current(event.detail.unicode);
    };
    picker.addEventListener('emoji-click', onClick);
    place.current?.append(picker);
    return () => {
      picker.removeEventListener('emoji-click', onClick);
      picker.remove();
    };
  }, []);
  // Menus steer by letters and arrows; in here those are for searching.
  return (
    <div
      ref={place}
      className={styles['picker']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') event.stopPropagation();
      }}
    />
  );
}
