/** What other features show of accounts. */
export { IncidentList } from './incident-list.tsx';
export { isDeleted, meaningOf } from './next-step.ts';
