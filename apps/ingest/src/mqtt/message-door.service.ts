import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type SourceGrant, SourceRegistry } from '#libs/access';
import { ProblemError } from '#libs/platform';
import type { JsonSchema } from '#libs/sector-kit';
import { EVENT_DOOR } from '../ingest.tokens.js';
import { IntakeService } from '../intake/intake.service.js';
import { EventDoor } from '../validation/event-door.js';
import { cloudEvents, deviceReadings, type Reading, readTopic } from './message.js';

/** A message over the rate waits this long at most for its turn; then its sender has to send it again. */
const MAX_WAIT_MS = 10_000;

/** A message may not be sent there by this sender, or nobody registered it. */
export class TopicRefused extends Error {}

/** What the embedded broker and the bridge share: a message becomes events, and is durable when `take` resolves. */
@Injectable()
export class MessageDoor {
  private readonly schemaOf = (type: string): JsonSchema | undefined => this.door.schemas().get(type)?.schema;

  constructor(
    @Inject(SourceRegistry) private readonly registry: SourceRegistry,
    @Inject(IntakeService) private readonly intake: IntakeService,
    @Inject(EVENT_DOOR) private readonly door: EventDoor,
  ) {}

  /** Whether a message could be taken now; throws a `ProblemError` if not. */
  checkOpen(grant: SourceGrant): void {
    this.intake.checkOpen(grant);
  }

  /**
   * Takes a message. `sender` is the source that sent it; null on a broker where the topic or device tells: then only
   * what belongs to the source `reader` is taken. Events that are refused are recorded, and the message counts as taken.
   * Throws `TopicRefused`, or a `ProblemError` when it was not taken.
   */
  async take(topicName: string, payload: Buffer, sender: SourceGrant | null, reader = sender?.id): Promise<void> {
    for (const reading of this.read(topicName, payload, sender, reader)) await this.store(reading);
  }

  private read(topicName: string, payload: Buffer, sender: SourceGrant | null, reader?: string): Reading[] {
    const topic = readTopic(topicName);
    if (!topic) throw new TopicRefused('unknown topic');
    if (topic.kind === 'events') {
      const grant = sender ?? this.registry.source(topic.source);
      if (!grant || grant.id !== topic.source || (reader !== undefined && reader !== grant.id))
        throw new TopicRefused('topic of another source');
      if (!this.registry.holdsKey(grant.id)) throw new TopicRefused('all keys of the source are revoked');
      return [{ grant, events: cloudEvents(payload) }];
    }
    const devices = this.registry
      .devices(topic.address, reader)
      .filter(({ source }) => this.registry.holdsKey(source.id));
    if (devices.length > 0) return deviceReadings(topic, payload, devices, this.schemaOf);
    if (!sender) throw new TopicRefused('unknown device');
    const fault = { code: 'field-invalid' as const, path: '', message: 'the device of this topic is not registered' };
    return [{ grant: sender, events: [{ fault }] }];
  }

  /** Waits while the source is over its rate or the queue full: MQTT has no answer that says "later". */
  private async store({ grant, events }: Reading): Promise<void> {
    const deadline = Date.now() + MAX_WAIT_MS;
    const intake = this.intake.begin(grant);
    for (const event of events) intake.add(event);
    if (intake.count === 0) return;
    for (;;) {
      try {
        this.intake.checkOpen(grant);
        await this.intake.finish(intake, 'mqtt');
        return;
      } catch (error) {
        const later = error instanceof ProblemError && error.status === 429 && Date.now() < deadline;
        if (!later) throw error;
        await delay(Math.min(1_000, (error.retryAfter ?? 1) * 1_000));
      }
    }
  }
}
