import type { UnitDirectory } from '#libs/access';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { readRuleTests, RuleTestError, type RuleTestResult } from '#libs/alerting';
import { DAY_MS, type Fault, type Rule, type RulePreview, type RuleView } from '#libs/contracts';
import { rehearse, RehearsalError, seesSector } from '#libs/live';
import { BucketReader } from '#libs/persistence';
import { CLOCK, type Clock, ProblemError, Settings } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { ForOperators, ForViewers } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import { isAtLeast, type Viewer } from '../access/viewer.js';
import { UNITS } from '../gateway.tokens.js';
import { previewRule } from './preview.js';
import { ChangedRuleDto, EnabledDto, PreviewDto, RuleDto, RuleTestsDto, VersionQueryDto } from './rules.dto.js';
import { invalid, Rules } from './rules.service.js';

/** Previews and rehearsals at the same time; each takes some seconds of this process. */
const AT_ONCE = 2;
const MOST_LOOKS = 30_000;
/** Fields that a preview does not look at: they may be wrong or not written yet. */
const UNTRIED = new Set(['id', 'title', 'severity', 'disaster', 'note', 'agency', 'steps', 'inhibits']);

/**
 * Rules of alerts: everybody who is signed in may read those of his sectors; operators try, add and change them. What takes a
 * rule away (switched off, removed, set back to the pack's) is for administrators, and so is switching on again.
 */
@Controller('v1/rules')
@ApiTags('rules')
export class RulesController {
  private busy = 0;

  constructor(
    @Inject(Rules) private readonly rules: Rules,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(BucketReader) private readonly reader: BucketReader,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  @Get()
  @ForViewers()
  async list(@CurrentViewer() viewer: Viewer): Promise<{ rules: RuleView[] }> {
    person(viewer);
    return { rules: (await this.rules.list()).filter(({ sector }) => seesSector(viewer.scope, sector)) };
  }

  /** One rule, with the pack's own definition beside it where there is one. */
  @Get(':id')
  @ForViewers()
  async one(@Param('id') id: string, @CurrentViewer() viewer: Viewer): Promise<RuleView & { packs: Rule | null }> {
    person(viewer);
    const rule = await this.rules.get(id);
    if (!seesSector(viewer.scope, rule.sector))
      throw new ProblemError(404, 'not-found', undefined, `There is no rule ${id}.`);
    return rule;
  }

  /** A new rule `own.<name>`; 422 with every fault and its place. */
  @Post()
  @ForOperators()
  add(@Body() { rule }: RuleDto, @CurrentViewer() viewer: Viewer): Promise<RuleView> {
    return this.rules.add(rule, viewer.name, decides(viewer));
  }

  /** What is wrong with a rule, without saving it. */
  @Post('check')
  @ForOperators()
  @HttpCode(200)
  async check(@Body() { rule }: RuleDto): Promise<{ faults: Fault[] }> {
    return { faults: await this.rules.check(rule) };
  }

  /** What a rule would have done over the last days; names, grounds and what follows an alert need not be written yet. */
  @Post('preview')
  @ForOperators()
  @HttpCode(200)
  async preview(@Body() { rule, days = 30 }: PreviewDto): Promise<RulePreview> {
    const faults = (await this.rules.check(rule)).filter(({ path }) => !UNTRIED.has(path.split('/')[1] ?? ''));
    if (faults.length > 0) throw invalid(faults);
    const now = this.clock.now();
    const ports = {
      catalogue: this.catalogue,
      reader: this.reader,
      units: this.units,
      office: await this.rules.office(),
      stopwatch: () => performance.now(),
      minuteDays: this.settings.MINUTE_DAYS,
    };
    return this.inTurn(() => previewRule(rule as unknown as Rule, now - days * DAY_MS, now, ports));
  }

  /** Runs a file of rule tests against the rules in use. */
  @Post('test')
  @ForOperators()
  @HttpCode(200)
  async test(@Body() { yaml, rule }: RuleTestsDto): Promise<{ ok: boolean; results: RuleTestResult[] }> {
    const faults = rule ? await this.rules.check(rule) : [];
    if (faults.length > 0) throw invalid(faults);
    const own = rule as Rule | undefined;
    const rules = (await this.rules.definitions()).filter(({ id }) => id !== own?.id);
    const world = { catalogue: this.catalogue, units: this.units, rules: own ? [...rules, own] : rules };
    return this.inTurn(async () => {
      try {
        const cases = readRuleTests(yaml);
        const looks = cases.reduce((sum, one) => sum + (one.to - one.from) / one.step + one.events.length, 0);
        if (looks > MOST_LOOKS)
          throw new ProblemError(
            400,
            'too-costly',
            undefined,
            'These are too many looks for one request: give a longer `look`.',
          );
        const results: RuleTestResult[] = [];
        for (const one of cases) results.push(await rehearse(one, world));
        return { ok: results.every(({ failures }) => failures.length === 0), results };
      } catch (error) {
        if (error instanceof RehearsalError) throw new ProblemError(400, 'tests-invalid', undefined, error.message);
        if (!(error instanceof RuleTestError)) throw error;
        const { line, field, reason } = error;
        throw new ProblemError(400, 'tests-invalid', undefined, error.message, { line, field, reason });
      }
    });
  }

  /** The whole rule anew: an operator's, or a pack's as it shall be here. */
  @Put(':id')
  @ForOperators()
  replace(
    @Param('id') id: string,
    @Body() { rule, version }: ChangedRuleDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<RuleView> {
    return this.rules.replace(id, rule, version, { actor: viewer.name, decides: decides(viewer) });
  }

  @Put(':id/enabled')
  enable(
    @Param('id') id: string,
    @Body() { enabled, version }: EnabledDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<RuleView> {
    return this.rules.enable(id, enabled, version, viewer.name);
  }

  /** An operator's rule goes; a pack's is again as the pack has it. */
  @Delete(':id')
  @HttpCode(204)
  remove(
    @Param('id') id: string,
    @Query() { version }: VersionQueryDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<void> {
    return this.rules.remove(id, Number(version), viewer.name);
  }

  private async inTurn<R>(work: () => Promise<R>): Promise<R> {
    if (this.busy >= AT_ONCE)
      throw new ProblemError(503, 'busy', undefined, 'Others are trying rules just now.', {}, 5);
    this.busy++;
    try {
      return await work();
    } finally {
      this.busy--;
    }
  }
}

const decides = ({ role }: Viewer): boolean => isAtLeast(role, 'administrator');

function person(viewer: Viewer): void {
  if (viewer.kind !== 'user')
    throw new ProblemError(403, 'forbidden', undefined, 'This is for people who are signed in.');
}
