import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { UnitDirectory } from '#libs/access';
import type { Choice, Choices, Rule, Text } from '#libs/contracts';
import { seesSector, seesUnit, type Scope } from '#libs/live';
import { Catalogue } from '#libs/sector-kit';
import { ForLeaders } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { UNITS } from '../gateway.tokens.js';
import { Rules } from '../rules/rules.service.js';

/** Codes offered of each kind; the country has about 3,400 units. */
const MOST = 5_000;

/** Names for the codes that silences, alerts and rules are written with. */
@Controller('v1/choices')
@ApiTags('alerts')
@ForLeaders()
export class ChoicesController {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Rules) private readonly rules: Rules,
    @Inject(UNITS) private readonly units: UnitDirectory,
  ) {}

  /** What the viewer may choose from: sectors, rules, units, agencies, stations and other keys. */
  @Get()
  async choices(@CurrentViewer() { scope }: Viewer): Promise<Choices> {
    const rules = (await this.rules.definitions()).filter(({ sector }) => seesSector(scope, sector));
    const agencies = this.agenciesOf(scope);
    return {
      sectors: this.sectors(scope),
      rules: offered(
        rules.map(({ id, title, sector }) => ({ value: id, label: title, hint: this.sectorName(sector) })),
      ),
      units: offered(this.unitsOf(scope)),
      agencies: offered(Object.entries(agencies).map(([value, label]) => ({ value, label }))),
      keys: offered(this.keysOf(rules, scope, agencies)),
    };
  }

  private sectors(scope: Scope): Choice[] {
    return this.catalogue.packs
      .filter(({ id }) => seesSector(scope, id))
      .map(({ id, board }) => ({ value: id, label: board.title }));
  }

  private sectorName(sector: string): Text {
    return this.catalogue.packs.find(({ id }) => id === sector)?.board.title ?? { vi: sector, en: sector };
  }

  private *unitsOf(scope: Scope): Iterable<Choice> {
    for (const { code, name, type, parent } of this.units.all()) {
      if (!seesUnit(scope, code, this.units)) continue;
      const above = parent === null ? undefined : this.units.find(parent)?.name;
      const called = same(name.toLowerCase().startsWith(type.toLowerCase()) ? name : capital(`${type} ${name}`));
      yield { value: code, label: called, ...(above === undefined ? {} : { hint: same(above) }) };
    }
  }

  /** Agencies are of no unit: they are told to those who see all of them, as far as the sectors that they see name them. */
  private agenciesOf(scope: Scope): Readonly<Record<string, Text>> {
    return scope.units === '*' ? this.catalogue.sharedLabels('agency', (sector) => seesSector(scope, sector)) : {};
  }

  /** Each code once, though several rules tell by it. */
  private keysOf(rules: readonly Rule[], scope: Scope, agencies: Readonly<Record<string, Text>>): Choice[] {
    const found = new Map<string, Choice>();
    for (const { by, sector } of rules) {
      if (by === undefined || by === 'unit') continue;
      const hint = this.sectorName(sector);
      for (const { code, name, unit } of this.catalogue.places(by).values())
        if (seesUnit(scope, unit, this.units)) found.set(code, { value: code, label: same(name), hint });
      if (scope.units !== '*') continue;
      const labels = this.catalogue.packs.find(({ id }) => id === sector)?.labels[by] ?? {};
      // A pack's labels have the agencies of all others, too.
      for (const [value, label] of Object.entries(by === 'agency' ? agencies : labels))
        if (!found.has(value)) found.set(value, { value, label, hint });
    }
    return [...found.values()];
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const same = (text: string): Text => ({ vi: text, en: text });

/** In the order of their Vietnamese names. */
const offered = (choices: Iterable<Choice>): Choice[] =>
  [...choices].sort((a, b) => a.label.vi.localeCompare(b.label.vi, 'vi')).slice(0, MOST);
