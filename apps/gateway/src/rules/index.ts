import { RulesController } from './rules.controller.js';
import { Rules } from './rules.service.js';

export const RULES_CONTROLLERS = [RulesController];
export const RULES_PROVIDERS = [Rules];
