/** The addresses under /accounts. Account ids begin with `account_`, so a word is none. */
export const LINK_MANY = 'link';

export const accountPath = (accountId: string) => `/accounts/${accountId}`;
export const linkManyPath = `/accounts/${LINK_MANY}`;
