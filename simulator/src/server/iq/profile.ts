/** The questions about oneself and others that a client asks on opening. */
import { node } from '../../wire/node-reading.ts';
import type { Answer, Question } from './question.ts';

const PRIVACY = {
  readreceipts: 'all',
  last: 'all',
  online: 'all',
  profile: 'all',
  status: 'contacts',
  groupadd: 'all',
  calladd: 'all',
};

/** Also takes privacy tokens (`<tokens>`), which want an empty result. */
export function answerPrivacy({ stanza }: Question): Answer {
  if (stanza.attrs['type'] === 'set') return {};
  const categories = Object.entries(PRIVACY).map(([name, value]) => node('category', { name, value }));
  return { content: [node('privacy', {}, categories)] };
}

export function answerProps(): Answer {
  return { content: [node('props', { protocol: '1', hash: 'sim' }, [])] };
}

export function answerBlocklist(): Answer {
  return { content: [node('list', {}, [])] };
}

/** Nobody has a picture. */
export function answerPicture(): Answer {
  return { error: { code: 404, text: 'item-not-found' } };
}
