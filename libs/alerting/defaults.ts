import { type AlertSettings, GIVEN_NAMES, givenName, type Policy } from '#libs/contracts';

/**
 * What holds until an installation sets its own. Nothing of it is law: limits, delays and times are assumed, so that an
 * alert is told from the first start on and somebody sees where to change that.
 */
export const DEFAULT_SETTINGS: AlertSettings = {
  routes: [{ policy: 'default' }],
  fallback: [{ role: 'administrator' }],
  limits: {
    critical: { respond: 5, resolve: 120 },
    serious: { respond: 15, resolve: 480 },
    warning: { respond: 60, resolve: 1440 },
    information: { respond: 1440, resolve: 10_080 },
  },
  groupSeconds: 30,
  takeoverMinutes: 10,
  closeHours: 24,
  brief: { at: '07:00', to: [{ role: 'leader' }] },
  holidays: { tetBefore: 1, nationalDay: 'before', daysOff: [], workedDays: [] },
};

/** Administrators at once, in the application, and every ten minutes until one of them answers. */
export const DEFAULT_POLICY: Policy = {
  id: 'default',
  name: givenName(GIVEN_NAMES.policy),
  steps: [{ after: 0, to: [{ role: 'administrator' }] }],
  remind: 600,
};
