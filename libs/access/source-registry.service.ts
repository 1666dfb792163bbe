import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DeviceEntity, SourceEntity, SourceKeyEntity } from '#libs/persistence';
import { ACCESS_SECRET } from './access.tokens.js';
import { hashToken, keyIdOf, sameBytes, signingSecret } from './credential.js';
import { type DeviceGrant, SourceGrant } from './source-grant.js';
import { type Unit, UNITS_SQL, UnitTree } from './unit-tree.js';
import { type SignedRequest, verifySignature } from './webhook-signature.js';

interface LiveKey {
  id: string;
  hash: Buffer;
  source: SourceGrant;
}

/** Everything that a door needs to know, at one moment. */
interface Loaded {
  units: UnitTree;
  sources: ReadonlyMap<string, SourceGrant>;
  keys: ReadonlyMap<string, LiveKey>;
  keysOf: ReadonlyMap<string, readonly LiveKey[]>;
  /** By address; several sources may own the same address on brokers of their own. */
  devices: ReadonlyMap<string, readonly DeviceGrant[]>;
  addressesOf: ReadonlyMap<string, readonly string[]>;
}

const MISS_EVERY_MS = 1_000;
const NOTHING: Loaded = {
  units: new UnitTree([]),
  sources: new Map(),
  keys: new Map(),
  keysOf: new Map(),
  devices: new Map(),
  addressesOf: new Map(),
};

/**
 * Sources, keys, devices and units in memory. A door asks it for each request, so it must not wait for the database:
 * what was loaded last holds while the database is away.
 */
@Injectable()
export class SourceRegistry {
  private loaded: Loaded = NOTHING;
  private timer: NodeJS.Timeout | undefined;
  private loading: Promise<void> | undefined;
  private again = false;
  private missedAt = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ACCESS_SECRET) private readonly secret: string,
  ) {}

  /** Loads, and then again every `everyMs`, in case a message on the bus was missed. Throws when the first load fails. */
  async start(everyMs = 30_000): Promise<void> {
    await this.reload();
    this.timer = setInterval(() => void this.reload().catch(() => undefined), everyMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Reads everything again. Calls during a load share one more load after it. Rejects when the database is away. */
  async reload(): Promise<void> {
    if (this.loading) {
      this.again = true;
      return this.loading;
    }
    this.loading = (async () => {
      do {
        this.again = false;
        this.loaded = await this.read();
      } while (this.again);
    })().finally(() => (this.loading = undefined));
    return this.loading;
  }

  /** The source that a key belongs to; null when the key is malformed, unknown or revoked, or its source disabled. */
  authenticate(key: string): SourceGrant | null {
    const id = keyIdOf(key);
    const found = id === null ? undefined : this.loaded.keys.get(id);
    return found && sameBytes(found.hash, hashToken(key)) ? found.source : null;
  }

  /**
   * As `authenticate`; a key that nobody knows yet makes it load again first, at most once a second: so a key works at
   * once even where the message that told of it was missed.
   */
  async authenticateFresh(key: string, now: number): Promise<SourceGrant | null> {
    const known = this.authenticate(key);
    const id = keyIdOf(key);
    if (known || id === null || this.loaded.keys.has(id) || now - this.missedAt < MISS_EVERY_MS) return known;
    this.missedAt = now;
    try {
      await this.reload();
    } catch {
      return null;
    }
    return this.authenticate(key);
  }

  /** The source, if one of its live keys signed the request at about `now` (epoch ms). */
  authenticateSigned(sourceId: string, request: SignedRequest, now: number): SourceGrant | null {
    const keys = this.loaded.keysOf.get(sourceId) ?? [];
    return keys.find((key) => verifySignature(request, signingSecret(this.secret, key.id), now))?.source ?? null;
  }

  source(id: string): SourceGrant | undefined {
    return this.loaded.sources.get(id);
  }

  /** Whether a source may send where nobody shows a key: with all its keys revoked it may not. */
  holdsKey(id: string): boolean {
    return this.loaded.keysOf.has(id);
  }

  sources(): Iterable<SourceGrant> {
    return this.loaded.sources.values();
  }

  /** Devices at an address, of one source when it is given. */
  devices(address: string, sourceId?: string): readonly DeviceGrant[] {
    const found = this.loaded.devices.get(address) ?? [];
    return sourceId === undefined ? found : found.filter((device) => device.source.id === sourceId);
  }

  /** Addresses of the devices of a source. */
  addressesOf(sourceId: string): readonly string[] {
    return this.loaded.addressesOf.get(sourceId) ?? [];
  }

  get units(): UnitTree {
    return this.loaded.units;
  }

  private async read(): Promise<Loaded> {
    const manager = this.dataSource.manager;
    const [unitRows, sourceRows, keyRows, deviceRows] = await Promise.all([
      this.dataSource.query<Unit[]>(UNITS_SQL),
      manager.find(SourceEntity),
      manager.find(SourceKeyEntity),
      manager.find(DeviceEntity),
    ]);
    const units = new UnitTree(unitRows);
    const sources = new Map(
      sourceRows
        .filter((row) => row.disabledAt === null)
        .map((row) => [
          row.id,
          new SourceGrant(row.id, row.name, row.types, row.units, row.rate, row.simulated, units),
        ]),
    );
    const keys = new Map<string, LiveKey>();
    const keysOf = new Map<string, LiveKey[]>();
    for (const row of keyRows) {
      const source = sources.get(row.sourceId);
      if (!source || row.revokedAt !== null) continue;
      const key = { id: row.id, hash: row.hash, source };
      keys.set(row.id, key);
      keysOf.set(source.id, [...(keysOf.get(source.id) ?? []), key]);
    }
    const devices = new Map<string, DeviceGrant[]>();
    const addressesOf = new Map<string, string[]>();
    for (const row of deviceRows) {
      const source = sources.get(row.sourceId);
      if (!source) continue;
      const { address, type, subject, unit, fields, constants } = row;
      const device = { source, address, type, subject, unit, fields, constants };
      devices.set(address, [...(devices.get(address) ?? []), device]);
      const addresses = addressesOf.get(source.id);
      if (addresses) addresses.push(address);
      else addressesOf.set(source.id, [address]);
    }
    return { units, sources, keys, keysOf, devices, addressesOf };
  }
}
