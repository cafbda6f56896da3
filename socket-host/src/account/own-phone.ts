import { phoneOfJid } from '@switchboard/contract/jid';

/** How many last digits name a phone, whatever a country puts before them. */
const TELLING_DIGITS = 8;

/**
 * Whether the phone that linked is the one the account was added for. Compared by its last digits: in some countries (Brazil,
 * Mexico, Argentina) WhatsApp's spelling of a number differs from the dialled one further to the front.
 */
export function isOwnPhone(phoneE164: string, waJid: string): boolean {
  const linked = phoneOfJid(waJid);
  return linked !== null && linked.slice(-TELLING_DIGITS) === phoneE164.slice(-TELLING_DIGITS);
}
