/** `w:mex`: questions in GraphQL. The account is in good standing and may start chats. */
import { node } from '../../wire/node-reading.ts';
import type { Answer } from './question.ts';

const STANDING = {
  data: {
    xwa2_fetch_account_reachout_timelock: { is_active: false },
    xwa2_message_capping_info: { total_quota: null, used_quota: 0 },
  },
};

export function answerMex(): Answer {
  return { content: [node('result', {}, Buffer.from(JSON.stringify(STANDING)))] };
}
