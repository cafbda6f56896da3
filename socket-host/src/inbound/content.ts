import type { MessageKind } from '@switchboard/contract/message';
import type { WireContent } from '../whatsapp/types.ts';

/** What a thread shows of wire content. Pure. */
export function shownContent(content: WireContent): { readonly kind: MessageKind; readonly body: string } {
  switch (content.kind) {
    case 'text':
      return { kind: 'text', body: content.text };
    case 'reaction':
      return { kind: 'reaction', body: content.emoji };
    case 'unsupported':
      return { kind: 'unsupported', body: `[${content.wireKind}]` };
    case 'undecryptable':
      return { kind: 'undecryptable', body: '[waiting for this message]' };
  }
}
