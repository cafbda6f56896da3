import { textParts } from './text-parts.ts';
import type { ContentProps } from './content-view.tsx';
import styles from './kinds.module.css';

/** A text with its links and WhatsApp's own marks: *bold*, _italic_, ~struck~, `code`. */
export function TextView({ message }: ContentProps) {
  const parts = textParts(message.body);
  const isOnlyEmoji = /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s){1,12}$/u.test(message.body);
  return (
    <p className={isOnlyEmoji ? styles['emoji'] : styles['text']} dir="auto">
      {parts.map(({ kind, text }, index) => {
        const key = `${String(index)} ${kind}`;
        switch (kind) {
          case 'plain':
            return text;
          case 'link':
            return (
              <a key={key} href={text} target="_blank" rel="noopener noreferrer">
                {text}
              </a>
            );
          case 'bold':
            return <strong key={key}>{text}</strong>;
          case 'italic':
            return <em key={key}>{text}</em>;
          case 'struck':
            return <s key={key}>{text}</s>;
          case 'code':
            return <code key={key}>{text}</code>;
        }
      })}
    </p>
  );
}
