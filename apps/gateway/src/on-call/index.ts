import { OnCall } from './on-call.service.js';
import { MyContactsController, PeopleController } from './people.controller.js';
import { People } from './people.service.js';
import { SchedulesController } from './schedules.controller.js';
import { OnCallController } from './setup.controller.js';

/** Schedules, policies, settings of alerts, people. */
export const ON_CALL_CONTROLLERS = [OnCallController, SchedulesController, PeopleController, MyContactsController];
export const ON_CALL_PROVIDERS = [OnCall, People];
