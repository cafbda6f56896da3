/** `w:m`: where to upload media. */
import { node } from '../../wire/node-reading.ts';
import type { Answer, Question } from './question.ts';

export function answerMedia({ network }: Question): Answer {
  const host = node('host', { hostname: network.mediaHost, maxContentLengthBytes: '104857600' });
  return { content: [node('media_conn', { auth: 'sim', ttl: '3600', max_buckets: '12' }, [host])] };
}
