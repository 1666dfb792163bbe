/**
 * What happens at the door to a personal field (Luật 91/2025/QH15, NĐ 356/2025): `drop` removes it, `pseudonym`
 * replaces it by a keyed HMAC so that one person counts once without being known.
 */
export type PersonalTreatment = 'drop' | 'pseudonym';

const treatments = new WeakMap<object, Map<string, PersonalTreatment>>();

/** Declares a DTO field as personal. */
export function Personal(treatment: PersonalTreatment): PropertyDecorator {
  return (prototype, property) => {
    const fields = treatments.get(prototype) ?? new Map<string, PersonalTreatment>();
    fields.set(String(property), treatment);
    treatments.set(prototype, fields);
  };
}

/** The personal fields of a DTO class, by name. */
export function personalFields(dto: new () => object): ReadonlyMap<string, PersonalTreatment> {
  return treatments.get(dto.prototype as object) ?? new Map<string, PersonalTreatment>();
}
