import { Inject, Injectable } from '@nestjs/common';
import type { UnitDirectory } from '#libs/access';
import { SEVERITIES, type Matcher } from '#libs/contracts';
import { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import { POOL, UNITS } from '../gateway.tokens.js';
import { Rules } from '../rules/rules.service.js';
import { wrong } from './alerts.service.js';

/** What silences may name: a name that was mistyped would silence nothing, and nobody would know. */
@Injectable()
export class KnownNames {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Rules) private readonly rules: Rules,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(POOL) private readonly pool: pg.Pool,
  ) {}

  /** Refuses a matcher that names nothing, or what there is not, with the field. */
  async check(matcher: Matcher): Promise<void> {
    const given = Object.values(matcher).filter((list) => Array.isArray(list) && list.length > 0);
    if (given.length === 0) throw wrong('/matcher', 'matcher must name what is silenced; nothing silences everything');
    if (given.length === 1 && new Set(matcher.severities).size === SEVERITIES.length)
      throw wrong('/matcher/severities', 'all severities are everything: name what is silenced besides');
    const { rules = [], sectors = [], units = [], keys = [] } = matcher;
    refuse('sectors', sectors, (id) => this.catalogue.packs.some((pack) => pack.id === id), 'sector');
    refuse('units', units, (code) => this.units.has(code), 'administrative unit');
    const ids = rules.length === 0 ? new Set<string>() : await this.ruleIds();
    refuse('rules', rules, (id) => ids.has(id), 'rule');
    const strange = keys.filter((key) => !this.isNamed(key));
    const seen = strange.length === 0 ? new Set<string>() : await this.seen(strange);
    refuse('keys', strange, (key) => seen.has(key), 'station, agency, source or other key');
  }

  private async ruleIds(): Promise<Set<string>> {
    return new Set((await this.rules.definitions()).map(({ id }) => id));
  }

  /** Packs name it, or it is a unit. */
  private isNamed(key: string): boolean {
    const isOfPack = this.catalogue.packs.some(
      ({ labels, places = {} }) =>
        Object.values(labels).some((named) => Object.hasOwn(named, key)) ||
        Object.values(places).some((list) => list.some(({ code }) => code === key)),
    );
    return isOfPack || this.units.find(key) !== undefined;
  }

  /** Those of these keys that a source is called, that an alert had, or that data came of. */
  private async seen(keys: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ key: string }>(
      `SELECT id AS key FROM source WHERE id = ANY($1::text[])
       UNION SELECT key FROM rule_state WHERE key = ANY($1::text[])
       UNION SELECT key FROM alert WHERE key = ANY($1::text[])
       UNION SELECT d FROM series, unnest(dims) AS d WHERE dims && $1::text[] AND d = ANY($1::text[])`,
      [keys],
    );
    return new Set(rows.map(({ key }) => key));
  }
}

function refuse(
  field: keyof Matcher,
  given: readonly string[],
  isKnown: (value: string) => boolean,
  what: string,
): void {
  const unknown = given.find((value) => !isKnown(value));
  if (unknown !== undefined) throw wrong(`/matcher/${field}`, `there is no ${what} "${unknown}"`);
}
