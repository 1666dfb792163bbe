import { PERSON_ROLES, type Target } from '#libs/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, type ValidationOptions } from 'class-validator';

export const MOST_TARGETS = 50;
const KINDS = ['person', 'role', 'schedule', 'channel'] as const;

/** A list of `Target`s: each names one of person, role, schedule, channel. Whether those exist is checked later. */
export function IsTargets(options: ValidationOptions = {}): PropertyDecorator {
  const validator = {
    validate: (value: unknown) =>
      Array.isArray(value) && value.length <= MOST_TARGETS && value.every((one: unknown) => isTarget(one)),
    defaultMessage: () =>
      `$property must be at most ${MOST_TARGETS} of {"person"}, {"role"}, {"schedule"}, {"channel"}, each with one text`,
  };
  return ValidateBy({ name: 'isTargets', validator }, options);
}

function isTarget(one: unknown): one is Target {
  if (typeof one !== 'object' || one === null) return false;
  const entries = Object.entries(one);
  const [entry] = entries;
  if (entries.length !== 1 || !entry) return false;
  const [kind, value] = entry as [string, unknown];
  if (typeof value !== 'string' || value === '' || value.length > 200) return false;
  if (kind === 'role') return (PERSON_ROLES as readonly string[]).includes(value);
  return (KINDS as readonly string[]).includes(kind);
}

/** How a list of targets looks in the OpenAPI document. */
export const ApiTargets = (description: string): PropertyDecorator =>
  ApiProperty({
    type: 'array',
    description,
    items: {
      oneOf: KINDS.map((kind) => ({
        type: 'object' as const,
        properties: { [kind]: { type: 'string' as const } },
        required: [kind],
      })),
    },
  });
