import { CapFeeds } from './cap-feed.service.js';
import { CapController } from './cap.controller.js';

export const CAP_CONTROLLERS = [CapController];
export const CAP_PROVIDERS = [CapFeeds];
