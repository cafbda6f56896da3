/** `/phones/:phone/...`: what a person does in a chat: write, read, type, react, look. */
import { Router } from 'express';
import { z } from 'zod';
import { callInVain } from '../server/calls.ts';
import type { Person } from '../server/device.ts';
import { sendStatus, STATUS_FORMS } from '../server/status-updates.ts';
import { setTyping } from '../phone/auto-reply.ts';
import type { Phone } from '../phone/phone.ts';
import { sendTo } from '../phone/sending.ts';
import type { Shelf } from '../phone/shelf.ts';
import { phoneOf } from './phone-routes.ts';
import { ControlRefusal, readInput } from './refusal.ts';
import { messageOf, phoneSchema, writtenSchema, type Written } from './written.ts';

/** A group's id stands where a chat may be either. */
const chatSchema = z.union([phoneSchema, z.string().regex(/^[\d-]+@g\.us$/)], 'must be a phone number or a group id');
const readSchema = z.strictObject({ from: chatSchema });
const typingSchema = z.strictObject({
  to: phoneSchema,
  state: z.enum(['composing', 'recording', 'paused']).default('composing'),
});
const reactSchema = z.strictObject({ to: phoneSchema, id: z.string().min(1), emoji: z.string() });
const editSchema = z.strictObject({ to: phoneSchema, id: z.string().min(1), text: z.string().min(1).max(65_536) });
const statusSchema = z.strictObject({ to: phoneSchema, as: z.enum(STATUS_FORMS).default('status') });
const callSchema = z.strictObject({ to: phoneSchema });
const deleteSchema = z.strictObject({ to: phoneSchema, id: z.string().min(1) });
const withSchema = z.object({ with: chatSchema.optional() });

function personOf(shelf: Shelf, phone: string): Person {
  const person = shelf.network.personOfPhone(phone);
  if (!person) throw new ControlRefusal(404, 'unknown_phone', `${phone} is not on WhatsApp`, 'to');
  return person;
}

/** Answers once the message is with the server, or at once when the phone is offline: it goes out later. */
async function write(shelf: Shelf, phone: Phone, written: Written): Promise<{ id: string }> {
  const to = personOf(shelf, written.to);
  const { id, done } = sendTo(phone, to, messageOf(phone, to, written), written);
  if (phone.isOnline) await done;
  else done.catch(() => undefined);
  return { id };
}

export function chatRoutes(shelf: Shelf): Router {
  const router = Router();
  router.post('/phones/:phone/messages', async (request, response) => {
    const phone = phoneOf(shelf, request);
    response.status(201).json(await write(shelf, phone, readInput(writtenSchema, request.body)));
  });
  router.get('/phones/:phone/messages', (request, response) => {
    const { with: peer } = readInput(withSchema, request.query);
    response.json(phoneOf(shelf, request).inbox.list(peer ?? null));
  });
  router.post('/phones/:phone/react', async (request, response) => {
    const phone = phoneOf(shelf, request);
    const { to, ...react } = readInput(reactSchema, request.body);
    response.status(201).json(await write(shelf, phone, { to, react }));
  });
  router.post('/phones/:phone/edit', async (request, response) => {
    const phone = phoneOf(shelf, request);
    const { to, ...edit } = readInput(editSchema, request.body);
    response.status(201).json(await write(shelf, phone, { to, edit }));
  });
  router.post('/phones/:phone/delete', async (request, response) => {
    const phone = phoneOf(shelf, request);
    const { to, ...revoke } = readInput(deleteSchema, request.body);
    response.status(201).json(await write(shelf, phone, { to, revoke }));
  });
  router.post('/phones/:phone/status', (request, response) => {
    const { to, as } = readInput(statusSchema, request.body);
    const id = sendStatus(shelf.network, phoneOf(shelf, request).person, personOf(shelf, to), as);
    response.status(201).json({ id });
  });
  router.post('/phones/:phone/call', (request, response) => {
    const { person, options } = phoneOf(shelf, request);
    const { to } = readInput(callSchema, request.body);
    const id = callInVain(shelf.network, person, personOf(shelf, to), options.addressing);
    response.status(201).json({ id });
  });
  router.post('/phones/:phone/read', (request, response) => {
    const { from } = readInput(readSchema, request.body);
    response.json({ read: phoneOf(shelf, request).markRead(from) });
  });
  router.post('/phones/:phone/typing', (request, response) => {
    const phone = phoneOf(shelf, request);
    const { to, state } = readInput(typingSchema, request.body);
    setTyping(phone, personOf(shelf, to).jid(phone.options.addressing), state);
    response.json({ state });
  });
  return router;
}
