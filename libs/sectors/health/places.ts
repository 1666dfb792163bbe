import type { Place } from '#libs/sector-kit';

/** Facilities of the demo: invented, at the points of their communes; `beds` is what the simulation gives them. */
export const facilities: readonly (Place & { beds: number })[] = [
  { code: '92-001', name: 'BVĐK mẫu Ninh Kiều', unit: '31135', lon: 105.777, lat: 10.033, beds: 1000 },
  { code: '92-002', name: 'BV Nhi mẫu An Bình', unit: '31150', lon: 105.718, lat: 10.004, beds: 500 },
  { code: '92-003', name: 'BVĐK mẫu Thốt Nốt', unit: '31207', lon: 105.504, lat: 10.292, beds: 350 },
  { code: '92-004', name: 'BVĐK mẫu Vị Thanh', unit: '31321', lon: 105.459, lat: 9.76, beds: 600 },
  { code: '92-005', name: 'BVĐK mẫu Ngã Bảy', unit: '31340', lon: 105.82, lat: 9.802, beds: 250 },
  { code: '92-006', name: 'BVĐK mẫu Sóc Trăng', unit: '31507', lon: 105.991, lat: 9.627, beds: 700 },
  { code: '92-007', name: 'BVĐK mẫu Vĩnh Châu', unit: '31783', lon: 106.034, lat: 9.348, beds: 200 },
  { code: '92-008', name: 'BVĐK mẫu Ngã Năm', unit: '31732', lon: 105.612, lat: 9.586, beds: 150 },
];

const units = new Map(facilities.map(({ code, unit }) => [code, unit]));

/** The unit of an event: its own, else that of the facility, else none (seen only by whoever sees all). */
export function unitOf(event: { unit?: string }, facility: string): string {
  return event.unit ?? units.get(facility) ?? '';
}
