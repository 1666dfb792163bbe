import { ValidationPipe } from '@nestjs/common';
import { ProblemError } from '#libs/platform';
import type { ValidationError } from 'class-validator';

/** Bodies and queries as their DTOs say, nothing else; the problem names each field at fault. */
export const validation = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const fields = errors.flatMap((error) => fieldsOf(error, ''));
      return new ProblemError(400, 'field-invalid', 'Bad Request', fields.map((one) => one.message).join('; '), {
        errors: fields,
      });
    },
  });

interface FieldError {
  /** JSON pointer. */
  path: string;
  message: string;
}

function fieldsOf({ property, constraints, children }: ValidationError, above: string): FieldError[] {
  const path = `${above}/${property}`;
  const own = Object.values(constraints ?? {}).map((message) => ({ path, message }));
  return [...own, ...(children ?? []).flatMap((child) => fieldsOf(child, path))];
}
