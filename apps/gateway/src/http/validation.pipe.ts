import { type ArgumentMetadata, type PipeTransform, ValidationPipe } from '@nestjs/common';
import { ProblemError } from '#libs/platform';
import type { ValidationError } from 'class-validator';

/**
 * Bodies and queries as their DTOs say, nothing else, and no text that cannot be stored; the problem names each field at
 * fault.
 */
export function validation(): PipeTransform {
  const asDeclared = new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => refused(errors.flatMap((error) => fieldsOf(error, ''))),
  });
  return {
    transform: (value: unknown, metadata: ArgumentMetadata): Promise<unknown> => {
      // What a decorator of ours makes (`custom`) did not come from outside; a socket's message, which no class declares, is
      // read by hand, and answered where it is wrong.
      const isOwn = metadata.type === 'custom' || metadata.metatype === Object;
      const path = isOwn ? null : unstorable(value, metadata.data ? `/${metadata.data}` : '');
      if (path !== null) throw refused([{ path, message: `${path.slice(1)} ${UNSTORABLE}` }]);
      return asDeclared.transform(value, metadata) as Promise<unknown>;
    },
  };
}

interface FieldError {
  /** JSON pointer. */
  path: string;
  message: string;
}

const refused = (fields: FieldError[]): ProblemError =>
  new ProblemError(400, 'field-invalid', 'Bad Request', fields.map(({ message }) => message).join('; '), {
    errors: fields,
  });

const UNSTORABLE = 'must be text that can be stored: without U+0000 and halves of characters';
/** PostgreSQL stores neither U+0000 nor, in JSON, a surrogate without its other half. */
const NOT_TEXT = /[\0\p{Surrogate}]/u;

/** Where a value has text, or a name of a field, that cannot be stored; null: nowhere. */
function unstorable(value: unknown, above: string): string | null {
  const open: [unknown, string][] = [[value, above]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [one, path] = next;
    if (typeof one === 'string' && NOT_TEXT.test(one)) return path;
    if (typeof one !== 'object' || one === null) continue;
    for (const [name, part] of Object.entries(one)) {
      if (NOT_TEXT.test(name)) return path;
      open.push([part, `${path}/${name}`]);
    }
  }
  return null;
}

function fieldsOf({ property, constraints, children }: ValidationError, above: string): FieldError[] {
  const path = `${above}/${property}`;
  const own = Object.values(constraints ?? {}).map((message) => ({ path, message }));
  return [...own, ...(children ?? []).flatMap((child) => fieldsOf(child, path))];
}
