import { Inject, Injectable } from '@nestjs/common';
import type { UnitDirectory } from '#libs/access';
import { routeOf } from '#libs/alerting';
import type { AlertLine, AlertState, AlertsMessage } from '#libs/contracts';
import { seesSector, seesUnit, type LiveBus } from '#libs/live';
import {
  actOnAlerts,
  alertsById,
  bundleAlerts,
  countAlerts,
  listAlerts,
  loadAlertSettings,
  MOST_COUNTED,
  type PolicyOf,
  raiseAlert,
  reportAlerts,
  unitsOfAlerts,
  type AlertBundle,
  type AlertFilter,
  type AlertReportRow,
} from '#libs/persistence';
import { CLOCK, LOG, ProblemError, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/viewer.js';
import { BUS, POOL, UNITS } from '../gateway.tokens.js';
import { seesAlert, shownTo } from './alert-scope.js';
import {
  actionOf,
  type AlertActionDto,
  type AlertFilterDto,
  type AlertsQueryDto,
  type NewAlertDto,
} from './alerts.dto.js';
import { AlertsStore } from './alerts-store.js';
import { LiveAlerts } from './live-alerts.js';

const OPEN: readonly AlertState[] = ['firing', 'acknowledged', 'in-progress'];
const MOST_REPORTED = 10_000;

export interface AlertList {
  alerts: AlertLine[];
  /** Where the next page begins; null: there is none. */
  next: string | null;
  /** How many there are; `totalIsMore`: at least so many. */
  total: number;
  totalIsMore: boolean;
}

/** Questions about alerts and what people do with them, each within what the viewer may see. */
@Injectable()
export class Alerts {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(AlertsStore) private readonly store: AlertsStore,
    @Inject(LiveAlerts) private readonly live: LiveAlerts,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async list(viewer: Viewer, query: AlertsQueryDto): Promise<AlertList> {
    const filter = await this.filterOf(viewer, query);
    const onlyOpen = filter.states?.every((state) => OPEN.includes(state)) ?? false;
    const order = query.order ?? (onlyOpen ? 'worst' : 'newest');
    const page = { filter, order, after: query.after, limit: Number(query.limit ?? 50) };
    const [{ alerts, next }, total] = await Promise.all([listAlerts(this.pool, page), countAlerts(this.pool, filter)]);
    return { alerts: await this.shown(viewer, alerts), next, total, totalIsMore: total >= MOST_COUNTED };
  }

  async bundles(viewer: Viewer, query: AlertFilterDto): Promise<AlertBundle[]> {
    return bundleAlerts(this.pool, await this.filterOf(viewer, query));
  }

  async report(viewer: Viewer, query: AlertFilterDto): Promise<AlertReportRow[]> {
    const rows = await reportAlerts(this.pool, await this.filterOf(viewer, query), MOST_REPORTED);
    const lines = await this.shown(
      viewer,
      rows.map(({ line }) => line),
    );
    return rows.map((row, i) => ({ ...row, line: lines[i] ?? row.line }));
  }

  /** Does one thing with one alert. 404 where the viewer sees none, 409 with the alert as it is where that is not possible any more. */
  async act(viewer: Viewer, id: string, body: AlertActionDto): Promise<AlertLine> {
    const { done, refused } = await this.actOnAll(viewer, [id], body);
    const [alert] = done;
    if (alert) return alert;
    const [refusal] = refused;
    if (!refusal?.alert) throw unknown();
    const { reason, field, alert: present } = refusal;
    if (field !== null) {
      const errors = [{ path: `/${field}`, message: reason }];
      throw new ProblemError(409, 'action-refused', undefined, reason, { errors, alert: present });
    }
    throw new ProblemError(409, 'alert-changed', undefined, reason, { alert: present });
  }

  /** Does the same with many alerts, each by itself. */
  async actOnAll(
    viewer: Viewer,
    ids: readonly string[],
    body: AlertActionDto,
  ): Promise<{
    done: AlertLine[];
    refused: { id: string; reason: string; field: string | null; alert: AlertLine | null }[];
  }> {
    const action = actionOf(body);
    if ('assignee' in action && action.assignee !== null) await this.checkPerson(action.assignee);
    const wanted = [...new Set(ids)];
    const seen = (await alertsById(this.pool, wanted)).filter((line) => seesAlert(viewer.scope, line, this.units));
    const acting = seen.map(({ id }) => id);
    const now = this.clock.now();
    const policyOf = action.action === 'reopen' ? await this.policyOf(now) : undefined;
    const results = await actOnAlerts(this.pool, acting, action, { login: viewer.name }, now, policyOf);
    const done = [...results.values()].flatMap((result) => (result.ok ? [result.alert] : []));
    if (done.length > 0) await this.tell(done.map(({ id }) => id));
    const left = await alertsById(
      this.pool,
      wanted.filter((id) => !results.get(id)?.ok),
    );
    const present = new Map((await this.shown(viewer, left)).map((line) => [line.id, line]));
    const refused = wanted.flatMap((id) => {
      const result = results.get(id);
      if (result?.ok) return [];
      if (!result || result.unknown) return [{ id, reason: 'There is no such alert.', field: null, alert: null }];
      return [{ id, reason: result.reason, field: result.field, alert: present.get(id) ?? null }];
    });
    return { done: await this.shown(viewer, done), refused };
  }

  /** Raises an alert by hand. Sent again with the same key it gives the alert of then. */
  async raise(viewer: Viewer, body: NewAlertDto): Promise<{ alert: AlertLine; isNew: boolean }> {
    const { sector = null, unit = null } = body;
    if (sector !== null && !this.catalogue.packs.some(({ id }) => id === sector))
      throw wrong('/sector', `there is no sector "${sector}"`);
    const found = unit === null ? undefined : this.units.find(unit);
    if (unit !== null && !found) throw wrong('/unit', `there is no administrative unit "${unit}"`);
    const place = body.place?.trim() || found?.name;
    const { limits } = await loadAlertSettings(this.database.manager);
    const raised = await raiseAlert(
      this.pool,
      {
        origin: 'manual',
        title: same(body.title.trim()),
        severity: body.severity,
        ...(body.disaster === undefined ? {} : { disaster: body.disaster }),
        sector,
        unit,
        place: place === undefined ? null : same(place),
        lon: body.lon ?? found?.lon ?? null,
        lat: body.lat ?? found?.lat ?? null,
        description: body.description?.trim() || null,
        steps: (body.steps ?? []).map((step) => same(step.trim())),
        ...(body.key === undefined ? {} : { reference: `manual ${viewer.name} ${body.key}` }),
      },
      viewer.name,
      limits,
      this.clock.now(),
    );
    if (raised.isNew) await this.tell([raised.alert.id]);
    return { alert: raised.alert, isNew: raised.isNew };
  }

  /** As a viewer sees them: within his scope, with the name of who has each. */
  async shown(viewer: Viewer, lines: readonly AlertLine[]): Promise<AlertLine[]> {
    const seen = lines.filter((line) => seesAlert(viewer.scope, line, this.units));
    const held = viewer.scope.shared
      ? await this.store.withSmallCounts(seen)
      : seen.map((line) => ({ line, smallCounts: false }));
    return held.map(({ line, smallCounts }) => this.named(shownTo(viewer.scope, line, smallCounts)));
  }

  /** Tells every gateway and alerter. What is not heard is found by its number. */
  async tell(ids: readonly string[], setup = false): Promise<void> {
    this.live.touched(ids);
    const message: AlertsMessage = { ids: [...ids], more: false, setup };
    await this.bus
      .publish('alerts', message)
      .catch((error: unknown) => this.log.warn({ err: error }, 'alerts not told'));
  }

  private named(line: AlertLine): AlertLine {
    const login = line.assignee ?? line.acknowledgedBy;
    return { ...line, who: login === null ? null : (this.live.nameOf(login) ?? login) };
  }

  /** By the routes of now. */
  private async policyOf(now: number): Promise<PolicyOf> {
    const settings = await loadAlertSettings(this.database.manager);
    const within = this.units.isNamed.bind(this.units);
    return (alert) => routeOf(alert, settings, within, now).policy;
  }

  private async checkPerson(login: string): Promise<void> {
    const { rowCount } = await this.pool.query('SELECT 1 FROM app_user WHERE login = $1 AND disabled_at IS NULL', [
      login,
    ]);
    if (rowCount === 0) throw wrong('/assignee', `there is no person "${login}"`);
  }

  private async filterOf(viewer: Viewer, query: AlertFilterDto): Promise<AlertFilter> {
    const { scope } = viewer;
    const { sector, unit, text, origin } = query;
    const sectors = sector === undefined ? scope.sectors : seesSector(scope, sector) ? [sector] : [];
    const allUnits = scope.units === '*' && unit === undefined;
    const units = allUnits
      ? null
      : (await unitsOfAlerts(this.pool)).filter(
          (code) => seesUnit(scope, code, this.units) && (unit === undefined || this.units.within(code, unit)),
        );
    const states = query.state ?? ['open'];
    const every = states.includes('all');
    const named = states.flatMap((state) => (state === 'open' ? OPEN : state === 'all' ? [] : [state]));
    const assignee = query.assignee === 'me' ? viewer.name : query.assignee === 'nobody' ? '' : query.assignee;
    return {
      ...(every ? {} : { states: named, holding: states.includes('open') }),
      severities: query.severity,
      sectors: sectors === '*' ? null : sectors,
      units,
      rules: query.rule === undefined ? undefined : [query.rule],
      origin,
      assignee,
      text,
      from: query.from === undefined ? undefined : Date.parse(query.from),
      to: query.to === undefined ? undefined : Date.parse(query.to),
    };
  }
}

export const unknown = (): ProblemError => new ProblemError(404, 'alert-unknown', undefined, 'There is no such alert.');

/** A field that cannot be taken. */
export const wrong = (path: string, message: string): ProblemError =>
  new ProblemError(400, 'field-invalid', undefined, message, { errors: [{ path, message }] });

/** People write in their own language. */
const same = (text: string): { vi: string; en: string } => ({ vi: text, en: text });
