import type { Text } from '#libs/contracts';
import { calendarOf, defineSector, eventType, happenedFault, workingClock } from '#libs/sector-kit';
import { board } from './board.js';
import { DossierDto, ProgressDto } from './dossiers.dto.js';
import { indicators } from './indicators.js';
import { labels, STATUSES } from './labels.js';
import { metrics } from './metrics.js';
import type { Rules } from './dossier-state.js';
import { dossierProjection, PROGRESS, SYNCHRONISED } from './projections.js';
import { entered, scorecard, SCORE_PARTS } from './scorecard.js';
import { alertRules } from './rules.js';
import { DossierSettings } from './settings.js';
import { simulation } from './simulation.js';

/** A dossier's code says nothing of its applicant, so it may stand on a screen. */
function line(code: string, status: string | number): Text | null {
  const name = STATUSES[Number(status)];
  return name ? { vi: `${code}: ${name.vi.toLowerCase()}`, en: `${code}: ${name.en}` } : null;
}

/** The rules that these settings say. */
export function rulesOf(settings: DossierSettings): Rules {
  const { waitingStatuses, dueMovesWithWait } = settings;
  return { clock: workingClock(calendarOf(settings)), waiting: new Set(waitingStatuses), dueMovesWithWait };
}

/** Administrative dossiers of the one-stop desks (NĐ 118/2025/NĐ-CP). */
export const pack = defineSector(DossierSettings, (settings) => {
  const all = [...indicators, ...scorecard(settings)];
  return {
    id: 'dossiers',
    // 2: what is late is counted when it becomes so, by the month of receipt. 3: reopened, it ends when it ends again.
    // 4: only requests for supplements count as asked twice, and a reopened dossier's end is found among whole reports too. 5: due
    // in so many working hours from the close before the day that is left.
    revision: '5',
    title: { vi: 'Hồ sơ thủ tục hành chính', en: 'Administrative dossiers' },
    owner: { vi: 'Văn phòng UBND tỉnh', en: "Office of the People's Committee" },
    events: [
      eventType<DossierDto>({
        type: SYNCHRONISED,
        title: { vi: 'Đồng bộ hồ sơ', en: 'Dossier synchronised' },
        dto: DossierDto,
        fault: (event) => happenedFault(event, 'NgayNop', 'NgayTiepNhan', 'NgayKetThucXuLy'),
        line: (event) => line(event.data.MaHoSo, event.data.TrangThaiHoSo),
      }),
      eventType<ProgressDto>({
        type: PROGRESS,
        title: { vi: 'Cập nhật tiến độ hồ sơ', en: 'Progress updated' },
        dto: ProgressDto,
        line: (event) => line(event.data.MaHoSo, event.data.TrangThai),
      }),
      entered.event,
    ],
    metrics: [...metrics, ...entered.metrics],
    projections: [dossierProjection(rulesOf(settings)), entered.projection],
    indicators: all,
    rules: alertRules,
    board: board(all),
    overview: [
      'dossiers.received-today',
      'dossiers.on-time-766-month',
      'dossiers.overdue',
      'dossiers.paid-online-month',
    ],
    dimensions: {
      channel: { vi: 'Kênh tiếp nhận', en: 'Channel' },
      fee: { vi: 'Phí, lệ phí', en: 'Fee' },
      field: { vi: 'Lĩnh vực', en: 'Field' },
      digitised: { vi: 'Số hoá', en: 'Digitised' },
      within: { vi: 'Thời gian còn lại', en: 'Time left' },
      part: { vi: 'Chỉ tiêu thành phần', en: 'Part of the scorecard' },
    },
    labels: { ...labels, part: SCORE_PARTS },
    simulation,
  };
});
