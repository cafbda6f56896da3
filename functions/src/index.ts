/** What is deployed. */
export { onAccountRequestCreated } from './accounts/trigger.ts';
export {
  addAccount,
  addBulkRecipients,
  cancelMessage,
  cleanupDuplicates,
  connectAccount,
  controlBulkSend,
  createBulkSend,
  deleteAccount,
  disconnectAccount,
  relinkAccount,
  releaseHold,
  requestPairingCode,
  retryMessage,
  setAccountLimits,
  setOptOut,
  setUserRole,
} from './callables/deployed.ts';
export { onOutboxCreated } from './outbox/trigger.ts';
export { expireLinking, purgeExpired, reportSilentHosts, runBulkSends, sweepOutbox } from './schedules/deployed.ts';
