/** What a setting of a pack means. */
export interface PackSettingDoc {
  name: string;
  /** What it is, with its unit. */
  text: string;
  /** True where the default is an assumption of ours and no rule: no screen may print it as fact. */
  assumed: boolean;
  /** Decree and article, standard or publication that the default comes from. */
  source?: string;
}

const docs = new WeakMap<object, PackSettingDoc[]>();

/** Documents a property of a pack's settings class where it is declared. */
export function PackSetting(text: string, options: { assumed?: boolean; source?: string } = {}): PropertyDecorator {
  return (prototype, property) => {
    const list = docs.get(prototype) ?? [];
    docs.set(prototype, list);
    const { assumed = false, source } = options;
    list.push({ name: String(property), text, assumed, ...(source === undefined ? {} : { source }) });
  };
}

/** Of a settings class and those that it extends, the eldest first. */
export function docsOf(prototype: object | null): PackSettingDoc[] {
  return prototype === null
    ? []
    : [...docsOf(Object.getPrototypeOf(prototype) as object | null), ...(docs.get(prototype) ?? [])];
}
