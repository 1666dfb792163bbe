import { BriefController } from './brief.controller.js';
import { BriefPeople } from './brief-people.service.js';
import { Briefs } from './briefs.service.js';
import { BriefFactsReader } from './gather-facts.service.js';

export const BRIEF_CONTROLLERS = [BriefController];
export const BRIEF_PROVIDERS = [BriefPeople, BriefFactsReader, Briefs];
