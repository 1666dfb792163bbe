import type { LiveBus } from '#libs/live';
import { partsOf } from '#libs/notify';
import { Settings } from '#libs/platform';
import { DataSource } from 'typeorm';
import { BUS } from '../gateway.tokens.js';
import { ChannelTest } from './channel-test.service.js';
import { ChannelsController } from './channels.controller.js';
import { Channels } from './channels.service.js';
import { CHANNEL_PARTS } from './channels.tokens.js';
import { DeadLetters } from './dead-letters.service.js';
import { OneTapController } from './one-tap.controller.js';
import { OneTap } from './one-tap.service.js';
import { PushController } from './push.controller.js';

export const CHANNELS_CONTROLLERS = [ChannelsController, PushController, OneTapController];

export const CHANNELS_PROVIDERS = [
  {
    provide: CHANNEL_PARTS,
    inject: [Settings, DataSource, BUS],
    useFactory: (settings: Settings, database: DataSource, bus: LiveBus) =>
      partsOf(settings, database, (message) => bus.publish('notice', message)),
  },
  Channels,
  ChannelTest,
  DeadLetters,
  OneTap,
];
