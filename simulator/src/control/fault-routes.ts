/** `/faults`: makes the network misbehave, and stops it; `/fault-kinds`: in which ways it can. */
import { Router } from 'express';
import { z } from 'zod';
import { faultForms } from '../faults/fault-forms.ts';
import { faultSchema } from '../faults/fault.ts';
import { strikeOpenLinks } from '../server/closing.ts';
import type { Network } from '../server/network.ts';
import { ControlRefusal, readInput } from './refusal.ts';
import { phoneSchema } from './written.ts';

const clearSchema = z.object({ account: phoneSchema.optional() });

export function faultRoutes(network: Network): Router {
  const router = Router();
  router.post('/faults', (request, response) => {
    const fault = readInput(faultSchema, request.body);
    const person = fault.account === null ? null : network.personOfPhone(fault.account);
    if (fault.account !== null && !person)
      throw new ControlRefusal(404, 'unknown_phone', `there is no phone ${fault.account}`, 'account');
    network.faults.post(fault);
    if (person && (fault.kind === 'close' || fault.kind === 'garbage')) strikeOpenLinks(network, person);
    response.status(201).json({ faults: network.faults.list() });
  });
  router.get('/faults', (_request, response) => {
    response.json({ faults: network.faults.list() });
  });
  router.get('/fault-kinds', (_request, response) => {
    response.json({ kinds: faultForms() });
  });
  router.delete('/faults', (request, response) => {
    const { account } = readInput(clearSchema, request.query);
    network.faults.clear(account ?? null);
    response.json({ faults: network.faults.list() });
  });
  return router;
}
