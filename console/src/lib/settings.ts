/**
 * Which deployment this is, read when the page opens: the same build serves all of them. `/config.json` says it where somebody
 * put one; Firebase Hosting itself answers `/__/firebase/init.json` for the project it serves.
 */
export interface DemoSignIn {
  readonly email: string;
  readonly password: string;
}

export interface Settings {
  /** The web app's own, as the Firebase console shows it. None of it is secret. */
  readonly firebase: { readonly apiKey: string; readonly projectId: string } & Readonly<Record<string, string>>;
  /** Where the emulators are, host:port; `null` for a real project. */
  readonly emulators: { readonly auth: string; readonly firestore: string; readonly functions: string } | null;
  /** The region the functions run in. */
  readonly region: string;
  /** Offers "Sign in with Google"; it must be switched on in the project as well. */
  readonly hasGoogleSignIn: boolean;
  /** Sign-ins that the page names to whoever tries it out. Emulators only. */
  readonly demoSignIns: readonly DemoSignIn[];
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new Error(`the settings have no "${name}"`);
  return value;
}

function demoSignInsIn(value: unknown): readonly DemoSignIn[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map(fieldsOf).map((one) => ({ email: textIn(one, 'email'), password: textIn(one, 'password') }));
}

/** @throws naming what is missing. */
export function parseSettings(value: unknown): Settings {
  const given = fieldsOf(value);
  const firebase = fieldsOf(given['firebase']);
  const texts = Object.entries(firebase).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const emulators = given['emulators'] === undefined ? null : fieldsOf(given['emulators']);
  return {
    firebase: {
      ...Object.fromEntries(texts),
      apiKey: textIn(firebase, 'apiKey'),
      projectId: textIn(firebase, 'projectId'),
    },
    emulators: emulators && {
      auth: textIn(emulators, 'auth'),
      firestore: textIn(emulators, 'firestore'),
      functions: textIn(emulators, 'functions'),
    },
    region: typeof given['region'] === 'string' ? given['region'] : 'us-central1',
    hasGoogleSignIn: given['hasGoogleSignIn'] === true,
    demoSignIns: emulators ? demoSignInsIn(given['demoSignIns']) : [],
  };
}

/** A file that is not there is answered with the page itself, which is no JSON. */
async function jsonAt(path: string): Promise<unknown> {
  const answer = await fetch(path, { cache: 'no-store' });
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  return answer.ok && isJson ? await answer.json() : null;
}

/** @throws when neither address answers with settings. */
export async function readSettings(): Promise<Settings> {
  const own = await jsonAt('/config.json');
  return parseSettings(own ?? { firebase: await jsonAt('/__/firebase/init.json') });
}

/** `127.0.0.1:8085` → its two parts. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const [host = '', port = ''] = address.split(':');
  return { host, port: Number(port) };
}
