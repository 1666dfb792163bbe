import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

/** Paths of the API and the machinery; everything else that a browser asks for is a page. */
const NOT_PAGES = /^\/(v1|health|metrics|socket\.io)(\/|$)/;
/** What looks like a file; codes of indicators and rules have dots, too. */
const FILE = /^(?!\/(?:indicators|rules)\/).*\.[a-z0-9]{1,8}$/i;
/** The leader's page has a bundle of its own, small enough for a phone. */
const PHONE = /^\/m(\/|$)/;
const YEAR_S = 31_536_000;

/**
 * The built pages: files by their hashed names for a year, `m.html` for the phone's addresses, `index.html` for every other
 * that names no file. The service worker is asked for anew each time, so that a release reaches every phone.
 */
export function pages(folder: string): RequestHandler {
  const files = express.static(folder, {
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const hashed = path.startsWith(join(folder, 'assets'));
      response.setHeader('Cache-Control', hashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
    },
  });
  return (request: Request, response: Response, next: NextFunction) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || NOT_PAGES.test(request.path)) return next();
    files(request, response, (error?: unknown) => {
      if (error !== undefined) return next(error);
      // A missing file must not be answered with a page.
      if (FILE.test(request.path)) return next();
      const page = join(folder, PHONE.test(request.path) ? 'm.html' : 'index.html');
      if (!existsSync(page)) {
        response.status(503).type('text/plain').send('The pages are not built. Run: npm run build\n');
        return;
      }
      response.setHeader('Cache-Control', 'no-cache');
      response.sendFile(page);
    });
  };
}
