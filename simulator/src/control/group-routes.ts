/** `/groups`: makes groups, changes who is in them, and lets members write to them. */
import { Router, type Request } from 'express';
import { z } from 'zod';
import { sendToGroup } from '../phone/group-sending.ts';
import type { DisplayedMessage } from '../phone/inbox.ts';
import type { Phone } from '../phone/phone.ts';
import type { Shelf } from '../phone/shelf.ts';
import type { Person } from '../server/device.ts';
import { changeMembers, createGroup, isAdmin, renameGroup } from '../server/group-changes.ts';
import { MEMBERSHIP_CHANGES, type Group, type MembershipChange } from '../server/groups.ts';
import type { proto } from '../wire/proto.ts';
import { ControlRefusal, readInput } from './refusal.ts';
import { editOf, phoneSchema, quoting, reactionOf, revocationOf } from './written.ts';

/** As many as WhatsApp lets into a group. */
const people = z.array(phoneSchema).min(1).max(1024);
const newGroupSchema = z.strictObject({
  subject: z.string().trim().min(1).max(100),
  owner: phoneSchema,
  participants: people.or(z.tuple([])).default([]),
});
const changeSchema = z
  .strictObject({
    /** Who changes it; the owner unless told otherwise. */
    by: phoneSchema.optional(),
    add: people.optional(),
    remove: people.optional(),
    promote: people.optional(),
    demote: people.optional(),
  })
  .refine((input) => MEMBERSHIP_CHANGES.some((change) => input[change] !== undefined), {
    message: `at least one of ${MEMBERSHIP_CHANGES.join(', ')} is needed`,
  });
const subjectSchema = z.strictObject({ by: phoneSchema.optional(), subject: z.string().trim().min(1).max(100) });
const writtenSchema = z
  .strictObject({
    from: phoneSchema,
    text: z.string().min(1).max(65_536).optional(),
    /** With `text`: the id of the message it answers. */
    quote: z.string().min(1).optional(),
    react: z.strictObject({ id: z.string().min(1), emoji: z.string() }).optional(),
    edit: z.strictObject({ id: z.string().min(1), text: z.string().min(1) }).optional(),
    revoke: z.strictObject({ id: z.string().min(1) }).optional(),
  })
  .refine(
    ({ text, react, edit, revoke }) => [text, react, edit, revoke].filter((kind) => kind !== undefined).length === 1,
    'exactly one of text, react, edit and revoke is needed',
  );

function groupOf(shelf: Shelf, request: Request): Group {
  const id = z.string().parse(request.params['id']);
  const group = shelf.network.groups.find(id);
  if (!group) throw new ControlRefusal(404, 'unknown_group', `there is no group ${id}`, 'id');
  return group;
}

function personOf(shelf: Shelf, phone: string, field: string): Person {
  const person = shelf.network.personOfPhone(phone);
  if (!person) throw new ControlRefusal(404, 'unknown_phone', `there is no phone ${phone}`, field);
  return person;
}

function groupView(group: Group): Record<string, unknown> {
  return {
    id: group.id,
    subject: group.subject,
    owner: group.owner,
    createdAt: new Date(group.createdAtSeconds * 1000).toISOString(),
    participants: [...group.members].map(([phone, role]) => ({ phone, role })),
  };
}

function create(shelf: Shelf, body: unknown): Group {
  const { subject, owner, participants } = readInput(newGroupSchema, body);
  const members = participants.map((phone) => personOf(shelf, phone, 'participants'));
  return createGroup(shelf.network, personOf(shelf, owner, 'owner'), subject, members);
}

function change(shelf: Shelf, group: Group, body: unknown): Record<MembershipChange, readonly string[]> {
  const input = readInput(changeSchema, body);
  const actor = personOf(shelf, input.by ?? group.owner, 'by');
  const changed: Record<MembershipChange, readonly string[]> = { add: [], remove: [], promote: [], demote: [] };
  for (const kind of MEMBERSHIP_CHANGES) {
    const named = (input[kind] ?? []).map((phone) => personOf(shelf, phone, kind));
    // Leaving needs nobody's leave.
    const isLeaving = kind === 'remove' && named.every((person) => person === actor);
    if (named.length > 0 && !isLeaving) requireAdmin(group, actor);
    changed[kind] = changeMembers(shelf.network, group, actor, kind, named).map(({ phone }) => phone);
  }
  return changed;
}

function requireAdmin(group: Group, actor: Person): void {
  if (!isAdmin(group, actor))
    throw new ControlRefusal(403, 'not_an_admin', `${actor.phone} is no admin of this group`, 'by');
}

/** Answers once the message is with the server, or at once when the phone is offline: it goes out later. */
async function write(shelf: Shelf, group: Group, body: unknown): Promise<{ id: string }> {
  const written = readInput(writtenSchema, body);
  const { from } = written;
  const phone = shelf.find(from);
  if (!phone) throw new ControlRefusal(404, 'unknown_phone', `there is no phone ${from}`, 'from');
  if (!group.members.has(from)) throw new ControlRefusal(403, 'not_a_member', `${from} is not in this group`, 'from');
  const { id, done } = sendToGroup(phone, group, groupMessageOf(shelf, phone, group, written));
  if (phone.isOnline) await done;
  else done.catch(() => undefined);
  return { id };
}

type GroupWritten = z.infer<typeof writtenSchema>;

function groupMessageOf(shelf: Shelf, phone: Phone, group: Group, written: GroupWritten): proto.IMessage {
  const { text, quote, react, edit, revoke } = written;
  const about = (id: string) => aboutIn(shelf, phone, group, id);
  if (react) return reactionOf(about(react.id).key, react.emoji);
  if (edit) return editOf(about(edit.id).key, edit.text);
  if (revoke) return revocationOf(about(revoke.id).key);
  if (quote === undefined) return { conversation: text ?? '' };
  const { shown, author } = about(quote);
  return quoting(text ?? '', shown, author);
}

/** A message the phone shows, who wrote it, and what names it to the others of the group. */
function aboutIn(
  shelf: Shelf,
  phone: Phone,
  group: Group,
  id: string,
): { shown: DisplayedMessage; author: Person; key: proto.IMessageKey } {
  const shown = phone.inbox.find(id);
  if (!shown) throw new ControlRefusal(404, 'unknown_message', `this phone shows no message ${id}`, 'id');
  const author = personOf(shelf, shown.from, 'id');
  const key = { remoteJid: group.id, id, fromMe: shown.fromMe, participant: author.jid('lid') };
  return { shown, author, key };
}

export function groupRoutes(shelf: Shelf): Router {
  const router = Router();
  router.get('/groups', (_request, response) => {
    response.json(shelf.network.groups.all().map(groupView));
  });
  router.post('/groups', (request, response) => {
    response.status(201).json(groupView(create(shelf, request.body)));
  });
  router.get('/groups/:id', (request, response) => {
    response.json(groupView(groupOf(shelf, request)));
  });
  router.post('/groups/:id/participants', (request, response) => {
    response.json({ changed: change(shelf, groupOf(shelf, request), request.body) });
  });
  router.post('/groups/:id/subject', (request, response) => {
    const group = groupOf(shelf, request);
    const { by, subject } = readInput(subjectSchema, request.body);
    const actor = personOf(shelf, by ?? group.owner, 'by');
    requireAdmin(group, actor);
    renameGroup(shelf.network, group, actor, subject);
    response.json(groupView(groupOf(shelf, request)));
  });
  router.post('/groups/:id/messages', async (request, response) => {
    response.status(201).json(await write(shelf, groupOf(shelf, request), request.body));
  });
  return router;
}
