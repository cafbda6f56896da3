/** What is deployed. */
import '@switchboard/contract/english';
export { onAccountRequestCreated } from './accounts/trigger.ts';
export {
  addAccount,
  addBulkRecipients,
  cancelMessage,
  cleanupDuplicates,
  connectAccount,
  controlBulkSend,
  createBulkSend,
  createUser,
  deleteAccount,
  disconnectAccount,
  relinkAccount,
  releaseHold,
  requestPairingCode,
  resetSession,
  retryMessage,
  setAccountLimits,
  setOptOut,
  setUserDisabled,
  setUserRole,
} from './callables/deployed.ts';
export { onOptOutWritten, onOutboxCreated } from './outbox/trigger.ts';
export {
  expireLinking,
  purgeExpired,
  reportSilentHosts,
  runBulkSends,
  sweepOutbox,
  sweepRequests,
  sweepUsers,
} from './schedules/deployed.ts';
