/** The control API as the page uses it. Every refusal becomes a `Refusal` whose message can be shown to a person. */

export class Refusal extends Error {}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new Refusal('The simulator does not answer. Is it still running?');
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(answer?.error?.message ?? `The simulator answered ${String(response.status)}.`);
  return answer;
}

const groupPath = (group) => `/groups/${encodeURIComponent(group)}/messages`;
const phonePath = (phone, rest = '') => `/phones/${encodeURIComponent(phone)}${rest}`;

export const api = {
  phones: () => call('GET', '/phones'),
  groups: () => call('GET', '/groups'),
  stats: () => call('GET', '/stats'),
  reset: () => call('POST', '/reset', {}),
  addPhone: (input) => call('POST', '/phones', input),
  addGroup: (input) => call('POST', '/groups', input),
  scan: (phone, qr) => call('POST', phonePath(phone, '/scan'), { qr }),
  enterCode: (phone, code) => call('POST', phonePath(phone, '/enter-code'), { code }),
  unlink: (phone, device) => call('POST', phonePath(phone, '/unlink'), { device }),
  setOnline: (phone, online) => call('POST', phonePath(phone, online ? '/online' : '/offline'), {}),
  messages: (phone) => call('GET', phonePath(phone, '/messages')),
  sendText: (phone, to, text, quote) => call('POST', phonePath(phone, '/messages'), { to, text, quote }),
  edit: (phone, to, id, text) => call('POST', phonePath(phone, '/edit'), { to, id, text }),
  remove: (phone, to, id) => call('POST', phonePath(phone, '/delete'), { to, id }),
  /** `what` is one of `text` (with `quote`), `react`, `edit` and `revoke`. */
  sendToGroup: (group, from, what) => call('POST', groupPath(group), { from, ...what }),
  react: (phone, to, id, emoji) => call('POST', phonePath(phone, '/react'), { to, id, emoji }),
  read: (phone, from) => call('POST', phonePath(phone, '/read'), { from }),
  typing: (phone, to, state) => call('POST', phonePath(phone, '/typing'), { to, state }),
  faultKinds: () => call('GET', '/fault-kinds'),
  faults: () => call('GET', '/faults'),
  injectFault: (fault) => call('POST', '/faults', fault),
  clearFaults: () => call('DELETE', '/faults'),
};
