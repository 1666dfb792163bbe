import { DAY_MS, dayName, HOUR_MS } from '#libs/contracts';
import {
  beatSimulation,
  dayFault,
  defineSector,
  demoCommunes,
  eventType,
  formula,
  standardBoard,
} from '#libs/sector-kit';
import { CampaignDayDto, type Figure, FIGURE_NAMES } from './campaigns.dto.js';
import { DAYS, indicatorsOf, LEARNERS, metrics, SESSIONS } from './indicators.js';
import { COUNTED, day, series } from './projections.js';
import { alertRulesOf } from './rules.js';
import { CampaignsSettings } from './settings.js';

const title = { vi: 'Chiến dịch số', en: 'Digital campaigns' };

/** About how many a commune has of each. */
const USUAL: Record<Figure, number> = {
  households: 900,
  shops: 60,
  learners: 400,
  sessions: 15,
  teams: 8,
  members: 60,
};
const communes = demoCommunes('92').slice(0, 12);
const simulation = beatSimulation(
  {
    id: 'demo-campaigns',
    name: 'Báo cáo chiến dịch số (mô phỏng)',
    types: ['vn.ioc.campaigns.*'],
    units: ['92'],
    every: 86_400,
  },
  {
    days: {
      every: DAY_MS,
      offset: 6 * HOUR_MS,
      events: (time, random, pace) =>
        communes
          .flatMap(({ code }) =>
            FIGURE_NAMES.map((figure) => ({
              type: COUNTED,
              unit: code,
              data: {
                figure,
                day: dayName(time - DAY_MS),
                count: Math.floor(USUAL[figure] * (figure === 'sessions' ? pace : 1) * (0.8 + 0.4 * random())),
              },
            })),
          )
          // The last commune forgets a figure now and then.
          .filter(
            ({ unit, data }) =>
              unit !== communes.at(-1)?.code || (Math.floor(time / DAY_MS) + FIGURE_NAMES.indexOf(data.figure)) % 5 > 0,
          ),
    },
  },
);

/** Campaigns of the programme: farmers selling online, online learning, telehealth, community digital teams. */
export const pack = defineSector(CampaignsSettings, (settings) => {
  const all = indicatorsOf(settings);
  return {
    id: 'campaigns',
    title,
    owner: { vi: 'Sở Khoa học và Công nghệ', en: 'Department of Science and Technology' },
    events: [
      eventType<CampaignDayDto>({
        type: COUNTED,
        title: { vi: 'Số liệu ngày của chiến dịch', en: 'Day of a campaign counted' },
        dto: CampaignDayDto,
        fault: dayFault,
      }),
    ],
    metrics,
    projections: [day, series(settings)],
    indicators: all,
    rules: alertRulesOf(settings),
    board: standardBoard({ id: 'campaigns', title }, all, {
      numbers: ['households', 'shops', 'learners', 'sessions', 'teams', 'members', 'missing-days', 'whole'],
      below: [
        {
          id: 'days',
          kind: 'lines',
          title: { vi: 'Khám từ xa theo ngày', en: 'Telehealth by day' },
          series: [
            { measure: { metric: 'campaigns.counted', agg: 'sum', where: { figure: ['sessions'] } }, by: 'figure' },
          ],
          over: { days: 14 },
          format: SESSIONS,
        },
        {
          id: 'units',
          kind: 'table',
          title: { vi: 'Đơn vị thiếu số liệu', en: 'Units with gaps' },
          by: 'unit',
          top: 6,
          columns: [
            {
              key: 'missing',
              label: { vi: 'Ngày thiếu', en: 'Missing' },
              formula: formula('sum(campaigns.missing-days, now)'),
              format: DAYS,
            },
            {
              key: 'learners',
              label: { vi: 'Học 7 ngày', en: 'Learners, 7 days' },
              formula: formula('sum(campaigns.counted, 7d, figure: learners)'),
              format: LEARNERS,
            },
          ],
        },
      ],
    }),
    overview: ['campaigns.sessions', 'campaigns.households'],
    dimensions: {
      campaign: { vi: 'Chiến dịch', en: 'Campaign' },
      figure: { vi: 'Số liệu', en: 'Figure' },
      state: { vi: 'Tình trạng', en: 'State' },
    },
    labels: {
      campaign: {
        'e-commerce': { vi: 'Nông dân lên sàn thương mại điện tử', en: 'E-commerce for farmers' },
        'online-learning': { vi: 'Học trực tuyến', en: 'Online learning' },
        telehealth: { vi: 'Khám chữa bệnh từ xa', en: 'Telehealth' },
        'digital-teams': { vi: 'Tổ công nghệ số cộng đồng', en: 'Community digital teams' },
      },
      figure: {
        households: { vi: 'Hộ', en: 'Households' },
        shops: { vi: 'Gian hàng', en: 'Shops' },
        learners: { vi: 'Người học', en: 'Learners' },
        sessions: { vi: 'Lượt khám từ xa', en: 'Telehealth sessions' },
        teams: { vi: 'Tổ', en: 'Teams' },
        members: { vi: 'Thành viên', en: 'Members' },
      },
      state: { whole: { vi: 'Đủ', en: 'Whole' }, gaps: { vi: 'Thiếu ngày', en: 'With gaps' } },
    },
    simulation,
  };
});
