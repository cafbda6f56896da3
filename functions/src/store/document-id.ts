/** Whether Firestore takes a text as a document id. Text from clients is checked before it becomes part of a path. */
export function isDocumentId(text: string): boolean {
  if (text === '' || text === '.' || text === '..') return false;
  if (text.includes('/') || /^__.*__$/s.test(text)) return false;
  return Buffer.byteLength(text, 'utf8') <= 1_500;
}
