import { googleAccessToken } from '../store/google-token.ts';
import { localKek, type KekProvider } from './kek.ts';
import { kmsKek } from './kms-kek.ts';

/** Where the key-encryption key is: in this process, or in Cloud KMS. Keys as hex. */
export type KekSetting =
  | { readonly kind: 'local'; readonly key: string; readonly formerKey: string | null }
  | { readonly kind: 'kms'; readonly keyName: string };

export function chooseKek(setting: KekSetting): KekProvider {
  if (setting.kind === 'kms') return kmsKek({ keyName: setting.keyName, accessToken: googleAccessToken });
  const former = setting.formerKey === null ? [] : [Buffer.from(setting.formerKey, 'hex')];
  return localKek(Buffer.from(setting.key, 'hex'), former);
}
