/** `/phones`: makes simulated phones, and links and unlinks companions with them. */
import { Router, type Request } from 'express';
import { z } from 'zod';
import { unlinkCompanion } from '../server/device-changes.ts';
import type { Device } from '../server/device.ts';
import { announceSettings, COLLECTIONS } from '../server/settings-changes.ts';
import { enterCode, scanQr, type LinkOutcome, type LinkRefusal } from '../phone/linking.ts';
import type { Phone, PhoneOptions } from '../phone/phone.ts';
import type { Shelf } from '../phone/shelf.ts';
import { ControlRefusal, readInput } from './refusal.ts';
import { phoneSchema } from './written.ts';

const newPhoneSchema = z.strictObject({
  phone: phoneSchema,
  name: z.string().trim().min(1).max(80).optional(),
  lid: z
    .string()
    .regex(/^\d{5,20}$/, 'must be 5 to 20 digits')
    .optional(),
  replyDelayMs: z.int().min(0).max(3_600_000).nullable().optional(),
  addressing: z.enum(['lid', 'pn']).optional(),
  needsPasskey: z.boolean().optional(),
});
const scanSchema = z.strictObject({ qr: z.string().min(1).max(4096) });
const codeSchema = z.strictObject({ code: z.string().min(1).max(32) });
const settingsSchema = z.strictObject({ collection: z.enum(COLLECTIONS).default('regular_low') });
const unlinkSchema = z.strictObject({ device: z.int().positive().optional(), phone: phoneSchema.optional() });

const REFUSALS: Record<LinkRefusal, { status: number; message: string }> = {
  not_a_qr: { status: 400, message: 'This is not a QR code of a device to link.' },
  qr_unknown: { status: 409, message: 'The network never issued this QR code, or the link with it was made already.' },
  qr_expired: { status: 409, message: 'The QR code has expired: the device that showed it is no longer connected.' },
  qr_mismatch: { status: 409, message: 'The QR code names other keys than the device that asked for it.' },
  no_code_requested: { status: 409, message: 'No device that is connected asked this phone for a pairing code.' },
  wrong_code: { status: 409, message: 'The pairing code is wrong.' },
  companion_refused: { status: 409, message: 'The device did not confirm the link.' },
  network_refused: { status: 409, message: 'WhatsApp did not want this link.' },
  phone_offline: { status: 409, message: 'The phone is offline.' },
  passkey_required: { status: 409, message: 'WhatsApp wants a passkey for this link.' },
};

export function phoneOf(shelf: Shelf, request: Request): Phone {
  const named = z.string().parse(request.params['phone']);
  const phone = shelf.find(named.startsWith('+') ? named : `+${named}`);
  if (!phone) throw new ControlRefusal(404, 'unknown_phone', `there is no phone ${named}`, 'phone');
  return phone;
}

function companionView(device: Device): Record<string, unknown> {
  const { queue, isOnline, isAvailable } = device;
  return {
    device: device.id,
    jid: device.jid('pn'),
    lid: device.jid('lid'),
    isOnline,
    isAvailable,
    waiting: queue.length,
  };
}

export function phoneView(phone: Phone): Record<string, unknown> {
  const { person, options, isOnline } = phone;
  return {
    phone: person.phone,
    name: person.name,
    jid: person.jid('pn'),
    lid: person.jid('lid'),
    isOnline,
    ...options,
    unread: phone.inbox.list().filter((shown) => !shown.isRead && shown.copies > 0).length,
    typing: Object.fromEntries(phone.typing),
    companions: person.companions.map(companionView),
  };
}

function linked(outcome: LinkOutcome): Record<string, string> {
  if ('device' in outcome) return { jid: outcome.device.jid('pn'), lid: outcome.device.jid('lid') };
  const { status, message } = REFUSALS[outcome.refusal];
  throw new ControlRefusal(status, outcome.refusal, message);
}

/** Those of its habits that are named. */
function habitsOf({ replyDelayMs, addressing, needsPasskey }: z.infer<typeof newPhoneSchema>): Partial<PhoneOptions> {
  return {
    ...(replyDelayMs !== undefined && { replyDelayMs }),
    ...(addressing !== undefined && { addressing }),
    ...(needsPasskey !== undefined && { needsPasskey }),
  };
}

/** Adding a phone that is there changes its name and habits. */
function addPhone(shelf: Shelf, body: unknown): { phone: Phone; isNew: boolean } {
  const input = readInput(newPhoneSchema, body);
  const known = shelf.find(input.phone);
  if (known) {
    if (input.name !== undefined) known.person.name = input.name;
    Object.assign(known.options, habitsOf(input));
    return { phone: known, isNew: false };
  }
  if (input.lid !== undefined && shelf.network.isLidTaken(input.lid))
    throw new ControlRefusal(409, 'lid_taken', 'another phone has this lid', 'lid');
  const phone = shelf.add({
    phone: input.phone,
    name: input.name ?? input.phone,
    lid: input.lid ?? null,
    ...{ replyDelayMs: null, addressing: 'lid', needsPasskey: false },
    ...habitsOf(input),
  });
  return { phone, isNew: true };
}

function unlink(shelf: Shelf, phone: Phone, body: unknown): number {
  const { device, phone: named } = readInput(unlinkSchema, body);
  if (named !== undefined && named !== phone.person.phone)
    throw new ControlRefusal(400, 'invalid_request', 'a phone unlinks only its own devices', 'phone');
  const companions = phone.person.companions.filter(({ id }) => device === undefined || id === device);
  if (device !== undefined && companions.length === 0)
    throw new ControlRefusal(404, 'unknown_device', `this phone has no device ${String(device)}`, 'device');
  for (const companion of companions) unlinkCompanion(shelf.network, companion);
  return companions.length;
}

export function phoneRoutes(shelf: Shelf): Router {
  const router = Router();
  router.post('/phones', (request, response) => {
    const { phone, isNew } = addPhone(shelf, request.body);
    response.status(isNew ? 201 : 200).json(phoneView(phone));
  });
  router.get('/phones', (_request, response) => {
    response.json(shelf.all.map(phoneView));
  });
  router.get('/phones/:phone', (request, response) => {
    response.json(phoneView(phoneOf(shelf, request)));
  });
  router.post('/phones/:phone/scan', async (request, response) => {
    const { qr } = readInput(scanSchema, request.body);
    response.json(linked(await scanQr(phoneOf(shelf, request), qr)));
  });
  router.post('/phones/:phone/enter-code', async (request, response) => {
    const { code } = readInput(codeSchema, request.body);
    response.json(linked(await enterCode(phoneOf(shelf, request), code)));
  });
  router.post('/phones/:phone/unlink', (request, response) => {
    response.json({ unlinked: unlink(shelf, phoneOf(shelf, request), request.body) });
  });
  router.post('/phones/:phone/settings', (request, response) => {
    const { person } = phoneOf(shelf, request);
    const { collection } = readInput(settingsSchema, request.body);
    announceSettings(shelf.network, person, collection);
    response.json({ told: person.companions.length });
  });
  router.post('/phones/:phone/offline', (request, response) => {
    const phone = phoneOf(shelf, request);
    phone.goOffline();
    response.json(phoneView(phone));
  });
  router.post('/phones/:phone/online', (request, response) => {
    const phone = phoneOf(shelf, request);
    phone.goOnline();
    response.json(phoneView(phone));
  });
  return router;
}
