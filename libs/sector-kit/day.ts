import { IsISO8601, Matches } from 'class-validator';

const DAY = /^20\d{2}-\d{2}-\d{2}$/;

/** A day of the calendar such as `2026-11-22`; one that no month has is refused, too. */
export const IsDay = (): PropertyDecorator => (target, property) => {
  const name = String(property);
  Matches(DAY, { message: `${name} must be a day such as 2026-11-22` })(target, name);
  IsISO8601({ strict: true }, { message: `${name} must be a day that there is` })(target, name);
};
