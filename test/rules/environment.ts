/** The rules of this repository in the Firestore emulator, and the people who come to them. */
import { initializeTestEnvironment, type RulesTestEnvironment } from '@firebase/rules-unit-testing';
import { setLogLevel, Timestamp, type Firestore } from 'firebase/firestore';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

// Every refusal is a warning to the SDK; here they are the point.
setLogLevel('silent');

/** Everyone who may come. All but the last have signed in; the documents of the tests belong to team `main`. */
export const PEOPLE = {
  admin: { role: 'admin', teams: [] },
  manager: { role: 'manager', teams: ['main'] },
  agent: { role: 'agent', teams: ['main'] },
  'manager of both teams': { role: 'manager', teams: ['main', 'sales'] },
  'manager of another team': { role: 'manager', teams: ['sales'] },
  'agent of another team': { role: 'agent', teams: ['sales'] },
  // An admin of some other program, perhaps, but not one of ours.
  'signed-in stranger': { tenant: 'elsewhere' },
  anonymous: null,
} as const;
export type Person = keyof typeof PEOPLE;
export const ALL_PEOPLE = Object.keys(PEOPLE) as Person[]; // the keys of a constant are exactly its names

export function uidOf(person: Person): string {
  return person.replaceAll(' ', '-');
}

export interface RulesEnvironment {
  /** Firestore as this person reaches it. */
  as(person: Person): Firestore;
  /** Writes documents past the rules. */
  seed(documents: Readonly<Record<string, Record<string, unknown>>>): Promise<void>;
  close(): Promise<void>;
}

/** The projects this run has put rules to the test in: what `rules-are-covered.test.ts` sums up. */
export const RULES_PROJECTS: string[] = [];

export async function openRules(): Promise<RulesEnvironment> {
  const [host, port] = (process.env['FIRESTORE_EMULATOR_HOST'] ?? '').split(':');
  if (!host || !port) throw new Error('FIRESTORE_EMULATOR_HOST is not set: run this test by "npm test -- rules"');
  const projectId = `demo-rules-${randomUUID().slice(0, 8)}`;
  RULES_PROJECTS.push(projectId);
  const environment = await initializeTestEnvironment({
    projectId,
    firestore: { host, port: Number(port), rules: await readFile('firestore.rules', 'utf8') },
  });
  const clients = new Map(ALL_PEOPLE.map((person) => [person, clientOf(environment, person)]));
  return {
    as(person) {
      const client = clients.get(person);
      if (!client) throw new Error(`there is no ${person}`);
      return client;
    },
    seed: (documents) =>
      environment.withSecurityRulesDisabled(async (context) => {
        const db = context.firestore();
        await Promise.all(Object.entries(documents).map(([path, fields]) => db.doc(path).set(fields)));
      }),
    close: () => environment.cleanup(),
  };
}

function clientOf(environment: RulesTestEnvironment, person: Person): Firestore {
  const claims = PEOPLE[person];
  const context = claims
    ? environment.authenticatedContext(uidOf(person), { ...claims })
    : environment.unauthenticatedContext();
  // The package types its clients as the old API's; they are the new API's underneath, as its documentation says.
  return context.firestore() as unknown as Firestore;
}

export const WHEN = Timestamp.fromMillis(1_700_000_000_000);
