/** The same value as plain JSON, without the fields that are null: to the hub they are absent. */
export const withoutNulls = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_key, each: unknown) => each ?? undefined) as T;
