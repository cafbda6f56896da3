/** What a textarea does not do by itself everywhere: grow with its text, and take something in where the cursor is. */
import { useLayoutEffect, type RefObject } from 'react';

/** It scrolls from here on, px. */
const MAX_HEIGHT = 200;

export function useAutosize(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.blockSize = 'auto';
    element.style.blockSize = `${String(Math.min(MAX_HEIGHT, element.scrollHeight))}px`;
  }, [field, text]);
}

/** The text with `added` at the cursor, or at the end where nobody has put one. */
export function insertedAt(element: HTMLTextAreaElement | null, text: string, added: string): string {
  const start = element?.selectionStart ?? text.length;
  const end = element?.selectionEnd ?? text.length;
  return `${text.slice(0, start)}${added}${text.slice(end)}`;
}
