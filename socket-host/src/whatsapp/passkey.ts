/**
 * Recognises that WhatsApp wants a passkey for a link. Since the middle of 2026 it asks some numbers for one, after the QR code was
 * scanned or the pairing code typed. The library answers nothing, and would show codes for ever that no phone can use.
 */
import type { BinaryNode } from '@whiskeysockets/baileys';

const PASSKEY_STEPS = new Set(['passkey_prologue_request', 'crsc_continuation']);

export function wantsPasskey({ tag, attrs }: BinaryNode): boolean {
  return tag === 'notification' && PASSKEY_STEPS.has(attrs['type'] ?? '');
}
