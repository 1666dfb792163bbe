import { defineSector, eventType, happenedFault } from '#libs/sector-kit';
import { boardOf } from './board.js';
import { diseaseOf } from './diseases.js';
import { BedsDto, CallDto, DiseaseReportDto, VisitDto } from './health.dto.js';
import { indicatorsOf } from './indicators.js';
import { labels } from './labels.js';
import { history, metricsOf } from './metrics.js';
import { facilities, unitOf } from './places.js';
import { beds, diseaseCase, visit, visitFault } from './projections.js';
import { alertRulesOf } from './rules.js';
import { HealthSettings } from './settings.js';
import { simulation } from './simulation.js';
import { TYPES } from './types.js';

/** Public health: notifiable disease, visits, beds and emergency calls. No identity is kept. */
export const pack = defineSector(HealthSettings, (settings) => ({
  id: 'health',
  // 2: cases of group A by day of report, and linked cases of diseases that are not endemic.
  revision: '2',
  title: { vi: 'Y tế', en: 'Health' },
  owner: { vi: 'Sở Y tế', en: 'Department of Health' },
  events: [
    eventType<DiseaseReportDto>({
      type: TYPES.disease,
      title: { vi: 'Báo cáo ca bệnh', en: 'Disease reported' },
      dto: DiseaseReportDto,
      fault: (event) => happenedFault(event, 'diagnosedAt', 'reportedAt', 'diedAt'),
      adds: ['cases', 'cases-by-age', 'reported', 'late-reports', 'deaths', 'group-a', 'linked', 'late-deaths'],
      // No commune and no age here: a single case must not be found by its neighbours.
      line: ({ data }) => {
        const label = labels['disease']?.[diseaseOf(data.icd10)] ?? { vi: data.icd10, en: data.icd10 };
        return { vi: `Báo cáo ca bệnh: ${label.vi}`, en: `Case reported: ${label.en}` };
      },
    }),
    eventType<VisitDto>({
      type: TYPES.visit,
      title: { vi: 'Lượt khám chữa bệnh', en: 'Visit recorded' },
      dto: VisitDto,
      fault: visitFault,
      adds: ['visits', 'visit-cost', 'insured-cost'],
    }),
    eventType<BedsDto>({
      type: TYPES.beds,
      title: { vi: 'Báo cáo giường bệnh', en: 'Beds reported' },
      dto: BedsDto,
      adds: ['beds', 'beds-occupied', 'occupancy'],
      observe: (event) => {
        const { facility, beds: all, occupied } = event.data;
        if (all === 0) return [];
        return [
          { metric: 'health.occupancy', dims: [unitOf(event, facility), facility], value: (100 * occupied) / all },
        ];
      },
      line: ({ data }) => {
        if (100 * data.occupied < settings.occupancyHigh * data.beds || data.beds === 0) return null;
        const name = facilities.find(({ code }) => code === data.facility)?.name ?? data.facility;
        const text = `${name}: ${data.occupied}/${data.beds}`;
        return { vi: `${text} giường`, en: `${text} beds` };
      },
    }),
    eventType<CallDto>({
      type: TYPES.call,
      title: { vi: 'Cuộc gọi cấp cứu', en: 'Emergency call' },
      dto: CallDto,
      adds: ['calls', 'call-wait'],
      observe: (event) => {
        const { kind, arrivedAfter } = event.data;
        const unit = event.unit ?? '';
        const calls = { metric: 'health.calls', dims: [unit, kind], value: 1 };
        if (arrivedAfter === undefined || arrivedAfter === null) return [calls];
        return [calls, { metric: 'health.call-wait', dims: [unit], value: arrivedAfter }];
      },
      line: ({ data }) => {
        const label = labels['kind']?.[data.kind] ?? { vi: data.kind, en: data.kind };
        return { vi: `Cấp cứu 115: ${label.vi.toLowerCase()}`, en: `Emergency call: ${label.en.toLowerCase()}` };
      },
    }),
    history.event,
  ],
  metrics: metricsOf(settings.hideBelow),
  projections: [diseaseCase(settings), visit, beds, history.projection],
  indicators: indicatorsOf(settings),
  rules: alertRulesOf(settings),
  board: boardOf(settings),
  overview: ['health.dengue-week', 'health.occupancy', 'health.hfm-week', 'health.visits-today'],
  dimensions: {
    disease: { vi: 'Bệnh', en: 'Disease' },
    age: { vi: 'Nhóm tuổi', en: 'Age band' },
    cluster: { vi: 'Chùm ca bệnh', en: 'Cluster' },
    facility: { vi: 'Cơ sở y tế', en: 'Facility' },
    kind: { vi: 'Loại', en: 'Kind' },
  },
  labels,
  places: { facility: facilities },
  simulation,
}));
