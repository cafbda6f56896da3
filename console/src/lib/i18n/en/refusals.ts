/** Why something was refused or did not work, by code: the words are the contract's own. */
import { FAILURES } from '@switchboard/contract/failures';
import type { FailureCode } from '@switchboard/contract/failure';

const texts = Object.entries(FAILURES).map(([code, { text }]) => [code, text.replace('{detail}', '{{detail}}')]);

// Each code of the table has its text.
export const refusals = Object.fromEntries(texts) as Record<FailureCode, string>;
