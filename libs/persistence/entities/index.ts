import { AuditEntity, SessionEntity, UserEntity, WallLinkEntity } from './access.entity.js';
import {
  AlertChangeEntity,
  AlertEntity,
  AlertGroupEntity,
  CapMessageEntity,
  RuleEntity,
  RuleStateEntity,
} from './alert.entity.js';
import { BatchEntity, RejectionEntity, SetAsideEntity } from './batch.entity.js';
import { BriefEntity } from './brief.entity.js';
import { EntryEntity } from './entry.entity.js';
import { ChannelEntity, NotificationEntity, NotificationItemEntity, OpenPageEntity } from './notification.entity.js';
import {
  AlertSettingEntity,
  ContactEntity,
  PolicyEntity,
  PushSubscriptionEntity,
  ScheduleEntity,
  SilenceEntity,
} from './on-call.entity.js';
import { DailyValueEntity, DeliveryEntity, SubscriptionEntity } from './sharing.entity.js';
import { DeviceEntity, SourceEntity, SourceKeyEntity } from './source.entity.js';
import { UnitEntity, UnitPredecessorEntity } from './unit.entity.js';

export * from './access.entity.js';
export * from './alert.entity.js';
export * from './batch.entity.js';
export * from './brief.entity.js';
export * from './entry.entity.js';
export * from './notification.entity.js';
export * from './on-call.entity.js';
export * from './sharing.entity.js';
export * from './source.entity.js';
export * from './unit.entity.js';

/** Every entity of the hub. The hot tables (ledger, event, series, bucket, projection) have SQL of their own instead. */
export const ENTITIES = [
  AlertChangeEntity,
  AlertEntity,
  AlertGroupEntity,
  AlertSettingEntity,
  AuditEntity,
  BatchEntity,
  BriefEntity,
  CapMessageEntity,
  ChannelEntity,
  ContactEntity,
  DailyValueEntity,
  DeliveryEntity,
  DeviceEntity,
  EntryEntity,
  NotificationEntity,
  NotificationItemEntity,
  OpenPageEntity,
  PolicyEntity,
  PushSubscriptionEntity,
  RejectionEntity,
  RuleEntity,
  RuleStateEntity,
  ScheduleEntity,
  SessionEntity,
  SetAsideEntity,
  SilenceEntity,
  SourceEntity,
  SourceKeyEntity,
  SubscriptionEntity,
  UnitEntity,
  UnitPredecessorEntity,
  UserEntity,
  WallLinkEntity,
];
