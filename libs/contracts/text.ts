/** A text in both languages of the hub. Vietnamese is the first, shown by default. */
export interface Text {
  vi: string;
  en: string;
}
