export {
  type ActionResult,
  ACTIONS_AT_ONCE,
  type Actor,
  actOnAlert,
  actOnAlerts,
  type PolicyOf,
} from './alert-actions.js';
export {
  type AlertBundle,
  type AlertFilter,
  type AlertPage,
  type AlertReportRow,
  bundleAlerts,
  countAlerts,
  listAlerts,
  MOST_COUNTED,
  reportAlerts,
  unitsOfAlerts,
} from './alert-list.js';
export * from './cap-incident.js';
export { askAgain } from './ask-again.js';
export {
  type AlertQuery,
  alertDetail,
  alertsById,
  findAlerts,
  openAlerts,
  standingAlerts,
  type StoredAlert,
} from './alert-reader.js';
export * from './alert-setup.js';
export * from './housekeeping.js';
export * from './mutes.js';
export * from './present-values.js';
export {
  limitsOf,
  raiseAlert,
  type RaisedAlert,
  raiseAlertIn,
  type RaisedUpdate,
  updateRaised,
  updateRaisedIn,
} from './raise-alert.js';
export * from './rule-states.js';
export { tellFallbackOfUntold } from './tell-untold.js';
export * from './telling.js';
export { type FiredAlert, type Transition, writeTransitions } from './transitions.js';
