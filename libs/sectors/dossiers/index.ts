import type { Text } from '#libs/contracts';
import { eventType, type SectorPack } from '#libs/sector-kit';
import { board } from './board.js';
import { DossierDto, ProgressDto } from './dossiers.dto.js';
import { indicators } from './indicators.js';
import { labels, STATUSES } from './labels.js';
import { metrics } from './metrics.js';
import { dossier, PROGRESS, SYNCHRONISED } from './projections.js';
import { simulation } from './simulation.js';

/** A dossier's code says nothing of its applicant, so it may stand on a screen. */
function line(code: string, status: string | number): Text | null {
  const name = STATUSES[Number(status)];
  return name ? { vi: `${code}: ${name.vi.toLowerCase()}`, en: `${code}: ${name.en}` } : null;
}

/** Administrative dossiers of the one-stop desks (NĐ 118/2025/NĐ-CP). */
export const pack: SectorPack = {
  id: 'dossiers',
  title: { vi: 'Hồ sơ thủ tục hành chính', en: 'Administrative dossiers' },
  events: [
    eventType<DossierDto>({
      type: SYNCHRONISED,
      title: { vi: 'Đồng bộ hồ sơ', en: 'Dossier synchronised' },
      dto: DossierDto,
      line: (event) => line(event.data.MaHoSo, event.data.TrangThaiHoSo),
    }),
    eventType<ProgressDto>({
      type: PROGRESS,
      title: { vi: 'Cập nhật tiến độ hồ sơ', en: 'Progress updated' },
      dto: ProgressDto,
      line: (event) => line(event.data.MaHoSo, event.data.TrangThai),
    }),
  ],
  metrics,
  projections: [dossier],
  indicators,
  board,
  overview: ['dossiers.received-today', 'dossiers.on-time-month', 'dossiers.overdue', 'dossiers.paid-online-month'],
  labels,
  simulation,
};
