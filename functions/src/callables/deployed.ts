/** Deploys the callables. */
import { logger as log } from 'firebase-functions';
import type { AccountRequestDeps } from '../accounts/on-account-request-created.ts';
import { bulkDeps } from '../bulk/deps.ts';
import { runBulk } from '../bulk/run-bulk.ts';
import { readSettings } from '../config.ts';
import { createAccountRequestStore } from '../store/account-requests.ts';
import { changeSettings } from '../store/account-settings.ts';
import { changeBulk, createBulk, readBulkAccount, readOptedOut } from '../store/bulk-sends.ts';
import { changeEntry } from '../store/entries.ts';
import { openAuth, openFirestore } from '../store/firestore.ts';
import { changeOptOut } from '../store/opt-outs.ts';
import { createStaffDirectory, type StaffDirectory } from '../store/staff.ts';
import { readTeam, readThreadPhones } from '../store/thread-phones.ts';
import { createUserStore } from '../store/users.ts';
import * as settings from './account-settings.ts';
import * as accounts from './ask-account.ts';
import * as bulk from './bulk-sends.ts';
import { callable } from './callable.ts';
import { cleanupDuplicates as findDuplicates } from './cleanup-duplicates.ts';
import * as messages from './message-actions.ts';
import { setOptOut as changeWish } from './set-opt-out.ts';
import { setUserRole as changeRole } from './set-user-role.ts';
import * as users from './users.ts';

const staff = (): StaffDirectory => createStaffDirectory(openAuth(), Date.now);

function accountDeps(): AccountRequestDeps {
  const { environment, defaultCountry } = readSettings();
  return { staff: staff(), requests: createAccountRequestStore(openFirestore()), environment, defaultCountry, log };
}

const settingsDeps = (): settings.SettingsDeps => ({
  staff: staff(),
  change: (accountId, work) => changeSettings(openFirestore(), accountId, work),
  log,
});

const messageDeps = (): messages.MessageActionDeps => ({
  staff: staff(),
  change: (requestId, work) => changeEntry(openFirestore(), requestId, work),
  log,
});

export const setUserRole = callable((caller, data) => {
  const { bootstrapAdminEmail } = readSettings();
  const deps = { staff: staff(), users: createUserStore(openFirestore()), bootstrapAdminEmail, log };
  return changeRole(deps, caller, data);
});

const usersDeps = (): users.UsersDeps => ({ staff: staff(), users: createUserStore(openFirestore()), log });
export const createUser = callable((caller, data) => users.createUser(usersDeps(), caller, data));
export const setUserDisabled = callable((caller, data) => users.setUserDisabled(usersDeps(), caller, data));

export const addAccount = callable((caller, data) => accounts.addAccount(accountDeps(), caller, data));
export const relinkAccount = callable((caller, data) => accounts.changeAccount(accountDeps(), 'relink', caller, data));
export const requestPairingCode = callable((caller, data) =>
  accounts.changeAccount(accountDeps(), 'pairing_code', caller, data),
);
export const connectAccount = callable((caller, data) =>
  accounts.changeAccount(accountDeps(), 'connect', caller, data),
);
export const disconnectAccount = callable((caller, data) =>
  accounts.changeAccount(accountDeps(), 'disconnect', caller, data),
);
export const resetSession = callable((caller, data) => accounts.changeAccount(accountDeps(), 'reset', caller, data));
export const deleteAccount = callable((caller, data) => accounts.changeAccount(accountDeps(), 'delete', caller, data));

export const setAccountLimits = callable((caller, data) => settings.setAccountLimits(settingsDeps(), caller, data));
export const releaseHold = callable((caller, data) => settings.releaseHold(settingsDeps(), caller, data));

export const cancelMessage = callable((caller, data) => messages.cancelMessage(messageDeps(), caller, data));
export const retryMessage = callable((caller, data) => messages.retryMessage(messageDeps(), caller, data));

export const setOptOut = callable((caller, data) => {
  const db = openFirestore();
  return changeWish(
    { staff: staff(), change: (accountId, work) => changeOptOut(db, accountId, work), log },
    caller,
    data,
  );
});

export const cleanupDuplicates = callable((caller, data) => {
  const db = openFirestore();
  const deps = {
    staff: staff(),
    teamOf: (accountId: string) => readTeam(db, accountId),
    readPhones: (accountId: string, by: string) => readThreadPhones(db, accountId, by),
    log,
  };
  return findDuplicates(deps, caller, data);
}, 300);

function bulkCallDeps(): bulk.BulkCallDeps {
  const db = openFirestore();
  return {
    staff: staff(),
    readAccount: (accountId) => readBulkAccount(db, accountId),
    create: (bulkId, fields, deed) => createBulk(db, bulkId, fields, deed),
    change: (bulkId, work) => changeBulk(db, bulkId, work),
    readOptedOut: (accountId, phones) => readOptedOut(db, accountId, phones),
    run: (bulkId) => runBulk(bulkDeps(), bulkId),
    log,
  };
}

export const createBulkSend = callable((caller, data) => bulk.createBulkSend(bulkCallDeps(), caller, data));
export const addBulkRecipients = callable((caller, data) => bulk.addBulkRecipients(bulkCallDeps(), caller, data), 120);
export const controlBulkSend = callable((caller, data) => bulk.controlBulkSend(bulkCallDeps(), caller, data), 300);
