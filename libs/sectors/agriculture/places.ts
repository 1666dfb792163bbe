import type { Place } from '#libs/sector-kit';

/** Salinity and water level stations. Those without coordinates have no published point; `unit` is the commune about them. */
export const stations: readonly Place[] = [
  { code: 'tran-de', name: 'Trần Đề', unit: '31673', lon: 106.2049, lat: 9.5285 },
  { code: 'long-phu', name: 'Long Phú', unit: '31639', lon: 106.1514, lat: 9.6134 },
  { code: 'dai-ngai', name: 'Đại Ngãi', unit: '31645', lon: 106.0779, lat: 9.7339 },
  { code: 'du-tho', name: 'Dù Tho', unit: '31723' },
  { code: 'thanh-phu', name: 'Thạnh Phú', unit: '31708', lon: 105.8579, lat: 9.4989 },
  { code: 'soc-trang', name: 'Sóc Trăng', unit: '31507', lon: 105.9684, lat: 9.6061 },
  { code: 'nga-nam', name: 'Ngã Năm', unit: '31732' },
  { code: 'an-lac-tay', name: 'An Lạc Tây', unit: '31540', lon: 105.9791, lat: 9.8536 },
  { code: 'can-tho', name: 'Cần Thơ', unit: '31135' },
  { code: 'phung-hiep', name: 'Phụng Hiệp', unit: '31340' },
  { code: 'vi-thanh', name: 'Vị Thanh', unit: '31321' },
];

/** Demo sensors: invented, at or near the points of their communes. */
export const weatherStations: readonly Place[] = [
  { code: 'kt-can-tho', name: 'Khí tượng Cần Thơ', unit: '31135', lon: 105.777, lat: 10.033 },
  { code: 'kt-soc-trang', name: 'Khí tượng Sóc Trăng', unit: '31507', lon: 105.991, lat: 9.627 },
  { code: 'kt-vi-thanh', name: 'Khí tượng Vị Thanh', unit: '31321', lon: 105.459, lat: 9.76 },
];
export const plots: readonly Place[] = [
  { code: 'ruong-thoi-lai', name: 'Ruộng Thới Lai', unit: '31258' },
  { code: 'ruong-co-do', name: 'Ruộng Cờ Đỏ', unit: '31261' },
  { code: 'ruong-my-tu', name: 'Ruộng Mỹ Tú', unit: '31567' },
  { code: 'ruong-ke-sach', name: 'Vườn Kế Sách', unit: '31528' },
];
export const ponds: readonly (Place & { kind: 'shrimp' | 'catfish' })[] = [
  { code: 'ao-vinh-chau-1', name: 'Ao Vĩnh Châu 1', unit: '31783', lon: 106.034, lat: 9.348, kind: 'shrimp' },
  { code: 'ao-vinh-chau-2', name: 'Ao Vĩnh Châu 2', unit: '31783', lon: 106.05, lat: 9.36, kind: 'shrimp' },
  { code: 'ao-tran-de', name: 'Ao Trần Đề', unit: '31673', lon: 106.176, lat: 9.514, kind: 'shrimp' },
  { code: 'ao-hoa-tu', name: 'Ao Hoà Tú', unit: '31717', lon: 105.888, lat: 9.416, kind: 'shrimp' },
  { code: 'ao-thot-not', name: 'Ao Thốt Nốt', unit: '31207', lon: 105.504, lat: 10.292, kind: 'catfish' },
  { code: 'ao-tan-loc', name: 'Ao Tân Lộc', unit: '31213', lon: 105.575, lat: 10.247, kind: 'catfish' },
];
export const traps: readonly Place[] = [
  { code: 'bd-ke-sach', name: 'Bẫy đèn Kế Sách', unit: '31528', lon: 105.944, lat: 9.771 },
  { code: 'bd-my-tu', name: 'Bẫy đèn Mỹ Tú', unit: '31567', lon: 105.792, lat: 9.6 },
  { code: 'bd-long-phu', name: 'Bẫy đèn Long Phú', unit: '31639', lon: 106.123, lat: 9.596 },
  { code: 'bd-nga-nam', name: 'Bẫy đèn Ngã Năm', unit: '31732', lon: 105.612, lat: 9.586 },
  { code: 'bd-phu-loc', name: 'Bẫy đèn Phú Lộc', unit: '31756', lon: 105.711, lat: 9.435 },
  { code: 'bd-thoi-lai', name: 'Bẫy đèn Thới Lai', unit: '31258', lon: 105.551, lat: 10.041 },
];

const unitOfPlace = new Map(
  [...stations, ...weatherStations, ...plots, ...ponds, ...traps].map(({ code, unit }) => [code, unit]),
);

/** The unit of an event: its own, else that of the place it names, else none (seen only by whoever sees all). */
export function unitOf(event: { unit?: string }, place: string): string {
  return event.unit ?? unitOfPlace.get(place) ?? '';
}
