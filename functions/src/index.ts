/** What is deployed. */
export { onAccountRequestCreated } from './accounts/trigger.ts';
export { setUserRole } from './callables/deployed.ts';
export { onOutboxCreated } from './outbox/trigger.ts';
