import { isOwnPhone } from '../account/own-phone.ts';
import type { InspectCreds } from '../session/types.ts';
import { checkCreds } from '../whatsapp/creds-check.ts';

/** How a session tells good credentials of this account from damaged ones and from somebody else's. */
export function inspectCredsOf(phoneE164: string): InspectCreds {
  return (creds) => {
    const { fault, waJid, mark } = checkCreds(creds);
    return { fault, isOwnPhone: waJid !== null && isOwnPhone(phoneE164, waJid), mark };
  };
}
