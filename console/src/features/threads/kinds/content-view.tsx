/**
 * How each kind of message looks, one small view each. A kind without a view of its own says so honestly: the message is kept, and
 * the phone shows it. A new kind is a file beside this one and a line here.
 */
import type { MessageKind } from '@switchboard/contract/message';
import type { ComponentType } from 'react';
import type { ShownMessage } from '../timeline/shown-message.ts';
import { TextView } from './text-view.tsx';
import { UndecryptableView } from './undecryptable-view.tsx';
import { UnsupportedView } from './unsupported-view.tsx';

export interface ContentProps {
  readonly message: ShownMessage;
}

const VIEWS: Partial<Record<MessageKind, ComponentType<ContentProps>>> = {
  text: TextView,
  undecryptable: UndecryptableView,
};

export function ContentView({ message }: ContentProps) {
  const View = VIEWS[message.kind] ?? UnsupportedView;
  return <View message={message} />;
}
