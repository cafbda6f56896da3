/** Reads a piece of a bulk send's list: each recipient by itself, so that one wrong number stops nobody else. Pure. */
import { renderTemplate, variablesSchema } from '@switchboard/contract/bulk';
import { errorOf, errorOfIssues, type ErrorInfo } from '@switchboard/contract/failure';
import { countryOfPhone, parsePhone } from '@switchboard/contract/phone';
import { phoneErrorOf } from '../phone-error.ts';
import type { NewRecipient } from '../store/bulk-sends.ts';

interface Given {
  readonly phone: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface ReadRecipients {
  readonly accepted: readonly NewRecipient[];
  /** What each of the accepted would read. */
  readonly texts: readonly string[];
  readonly refused: readonly { readonly position: number; readonly error: ErrorInfo }[];
}

/** @param own the account's number: local numbers are dialled as where it is. */
export function readRecipients(
  template: string,
  own: string,
  startAt: number,
  recipients: readonly Given[],
): ReadRecipients {
  const accepted = new Map<string, NewRecipient>();
  const texts: string[] = [];
  const refused: { position: number; error: ErrorInfo }[] = [];
  const country = countryOfPhone(own) ?? undefined;
  for (const [index, { phone, variables: given }] of recipients.entries()) {
    const position = startAt + index;
    const phoneE164 = parsePhone(phone, country);
    const variables = variablesSchema.safeParse(given);
    const rendered = renderTemplate(template, variables.success ? variables.data : {});
    if (phoneE164 === null) refused.push({ position, error: phoneErrorOf(phone, 'phone') });
    else if (!variables.success) refused.push({ position, error: inVariables(errorOfIssues(variables.error)) });
    else if (!rendered.ok) {
      refused.push({ position, error: errorOf('invalid_request', `variables: ${rendered.problem}`, 'variables') });
    } else {
      if (accepted.has(phoneE164)) {
        refused.push({ position, error: errorOf('invalid_request', 'phone: it is on the list twice', 'phone') });
        continue;
      }
      accepted.set(phoneE164, { position, phoneE164, variables: variables.data });
      texts.push(rendered.text);
    }
  }
  return { accepted: [...accepted.values()], texts, refused };
}

function inVariables(error: ErrorInfo): ErrorInfo {
  return { ...error, field: error.field === null ? 'variables' : `variables.${error.field}` };
}
