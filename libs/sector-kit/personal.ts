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

/** The personal fields of a DTO class, by name: its own and those of the classes that it extends. */
export function personalFields(dto: new () => object): ReadonlyMap<string, PersonalTreatment> {
  const found = new Map<string, PersonalTreatment>();
  for (
    let prototype: object | null = dto.prototype as object;
    prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const [name, treatment] of treatments.get(prototype) ?? []) if (!found.has(name)) found.set(name, treatment);
  }
  return found;
}
