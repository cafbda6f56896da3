import { applicationDefault } from 'firebase-admin/app';

/** A token for Google Cloud's APIs, with the machine's own credentials. The library keeps it until it expires. */
export async function googleAccessToken(): Promise<string> {
  const { access_token: token } = await applicationDefault().getAccessToken();
  return token;
}
