import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

/** Paths of the API and the machinery; everything else that a browser asks for is a page. */
const NOT_PAGES = /^\/(v1|health|metrics|socket\.io)(\/|$)/;
/** What looks like a file; the code of an indicator has dots, too. */
const FILE = /^(?!\/indicators\/).*\.[a-z0-9]{1,8}$/i;
const YEAR_S = 31_536_000;

/** The built pages: files by their hashed names for a year, `index.html` for every address that names no file. */
export function pages(folder: string): RequestHandler {
  const files = express.static(folder, {
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const hashed = path.startsWith(join(folder, 'assets'));
      response.setHeader('Cache-Control', hashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
    },
  });
  const index = join(folder, 'index.html');
  return (request: Request, response: Response, next: NextFunction) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || NOT_PAGES.test(request.path)) return next();
    files(request, response, (error?: unknown) => {
      if (error !== undefined) return next(error);
      // A missing file must not be answered with a page.
      if (FILE.test(request.path)) return next();
      if (!existsSync(index)) {
        response.status(503).type('text/plain').send('The pages are not built. Run: npm run build\n');
        return;
      }
      response.setHeader('Cache-Control', 'no-cache');
      response.sendFile(index);
    });
  };
}
