/**
 * Creates documents. Where the answer to a creation is lost on its way, Firestore's client sends it again, and where the rules let nobody
 * write a document twice it is refused for the one that it has made itself (https://github.com/firebase/firebase-js-sdk/issues/5549): told as a
 * failure, people would write once more what is on its way already.
 */
import { getDocFromServer, setDoc, type DocumentData, type DocumentReference } from 'firebase/firestore';

/** Between two tries to find out, ms. */
const RETRY_MS = 2_000;

/** Resolves when the server has it. @throws what the rules refused it with, when the server has nothing by this person there. */
export async function createOnce(document: DocumentReference, fields: DocumentData & { readonly createdBy: string }) {
  try {
    await setDoc(document, fields);
  } catch (error) {
    if (!(await isStored(document, fields.createdBy))) throw error;
  }
}

/** Whether the server has a document of this person. Where it cannot be asked, it is asked again: nobody may be told what is not known. */
async function isStored(document: DocumentReference, uid: string): Promise<boolean> {
  for (;;) {
    try {
      return (await getDocFromServer(document)).get('createdBy') === uid;
    } catch (error) {
      // The rules show nobody a document that is not there; and nobody is told anything after signing out.
      if (isOneOf(error, 'permission-denied', 'failed-precondition')) return false;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function isOneOf(error: unknown, ...codes: readonly unknown[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code);
}
