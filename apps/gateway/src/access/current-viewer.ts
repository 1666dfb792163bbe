import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ProblemError } from '#libs/platform';
import type { ViewerRequest } from './access.guard.js';
import type { Viewer } from './viewer.js';

/** The viewer whom the guard let in. */
export const CurrentViewer = createParamDecorator((_: unknown, context: ExecutionContext): Viewer => {
  const { viewer } = context.switchToHttp().getRequest<ViewerRequest>();
  if (!viewer) throw new ProblemError(401, 'not-signed-in', 'Unauthorized');
  return viewer;
});
