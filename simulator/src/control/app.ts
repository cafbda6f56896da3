/** The control API: how tests and people steer the simulated network. For development only; it has no access control. */
import express, { type Express } from 'express';
import type { Shelf } from '../phone/shelf.ts';
import { chatRoutes } from './chat-routes.ts';
import { faultRoutes } from './fault-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { phoneRoutes } from './phone-routes.ts';
import { servePage } from './page/serve-page.ts';
import { answerRefusal, ControlRefusal } from './refusal.ts';
import { statsView } from './stats-view.ts';

export function controlApp(shelf: Shelf, noiseRoot: string): Express {
  const app = express();
  app.disable('x-powered-by');
  // More than any of WhatsApp's own apps would write: messages without end are tried, too.
  app.use(express.json({ limit: '4mb' }));
  app.get('/noise-root', (_request, response) => {
    response.json({ publicKey: noiseRoot });
  });
  app.get('/stats', (_request, response) => {
    response.json(statsView(shelf.network));
  });
  app.post('/reset', (_request, response) => {
    shelf.reset();
    response.json({ isReset: true });
  });
  app.use(phoneRoutes(shelf), chatRoutes(shelf), faultRoutes(shelf.network), groupRoutes(shelf));
  servePage(app);
  app.use((request) => {
    throw new ControlRefusal(404, 'unknown_route', `there is no ${request.method} ${request.path}`);
  });
  app.use(answerRefusal);
  return app;
}
