import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { AccessError } from '#libs/access';
import { ProblemError } from '#libs/platform';
import { catchError, type Observable } from 'rxjs';

const STATUS: Record<AccessError['code'], number> = { invalid: 400, 'not-found': 404, conflict: 409 };

/** A change that cannot be made becomes a problem that says why. */
@Injectable()
export class AccessErrorInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!(error instanceof AccessError)) throw error;
        throw new ProblemError(STATUS[error.code], error.code, undefined, error.message);
      }),
    );
  }
}
