/** Event types of this pack. */
export const TYPES = {
  disease: 'vn.ioc.health.disease.reported.v1',
  visit: 'vn.ioc.health.visit.recorded.v1',
  beds: 'vn.ioc.health.beds.reported.v1',
  call: 'vn.ioc.health.call.received.v1',
} as const;
