/** Serves the page of phones. The page talks to the control API of the same origin and to nothing else. */
import { join } from 'node:path';
import express from 'express';

const ASSETS = join(import.meta.dirname, 'assets');

/** Everything the page needs comes from here; the browser is told to refuse anything else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Mounts the page at `/` and its files under `/page/`. */
export function servePage(app: express.Express): void {
  const files = express.static(ASSETS, {
    cacheControl: false,
    setHeaders: (response) => {
      response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
      response.setHeader('X-Content-Type-Options', 'nosniff');
      // The simulator is restarted often, with other code; the page must never be older than its API.
      response.setHeader('Cache-Control', 'no-store');
    },
  });
  app.use('/page', files);
  app.get('/', (_request, response, next) => {
    response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    response.setHeader('Cache-Control', 'no-store');
    response.sendFile(join(ASSETS, 'index.html'), { cacheControl: false }, (error) => {
      // Node reports a browser that left as an error; only a missing file is one.
      if (error instanceof Error && !response.headersSent) next(error);
    });
  });
}
