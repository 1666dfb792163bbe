import type { UnitTree } from './unit-tree.js';

/** What a source may do, as the doors hold it. Immutable; a change makes a new one. */
export class SourceGrant {
  constructor(
    readonly id: string,
    readonly name: string,
    readonly types: readonly string[],
    readonly units: readonly string[],
    /** Events a second; null: the hub's own limit. */
    readonly rate: number | null,
    readonly simulated: boolean,
    private readonly tree: UnitTree,
  ) {}

  allowsType(type: string): boolean {
    return this.types.some((pattern) => typeMatches(pattern, type));
  }

  /** A unit that nobody knows is nobody's. */
  allowsUnit(code: string | undefined): boolean {
    return this.tree.covers(this.units, code);
  }

  knowsUnit(code: string): boolean {
    return this.tree.has(code);
  }
}

/** `vn.ioc.x.*` matches every type that starts with `vn.ioc.x.`; `*` matches all; else the type itself. */
export function typeMatches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** A device behind a source that does not speak CloudEvents. */
export interface DeviceGrant {
  source: SourceGrant;
  address: string;
  type: string;
  subject: string | null;
  unit: string | null;
  /** Field of the event's data → field of the decoded payload. */
  fields: Readonly<Record<string, string>>;
  constants: Readonly<Record<string, unknown>>;
}
