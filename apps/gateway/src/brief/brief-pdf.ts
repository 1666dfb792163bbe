import { createRequire } from 'node:module';
import PdfFile from 'pdfkit';
import type { Brief, BriefLine, Level } from '#libs/contracts';
import { briefName } from './choose-lines.js';
import { clockText, dayText } from './words.js';

type Language = 'vi' | 'en';
type Face = 'body' | 'bold';

const require = createRequire(import.meta.url);
const FACES: Record<Face, string> = {
  body: '@expo-google-fonts/be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf',
  bold: '@expo-google-fonts/be-vietnam-pro/600SemiBold/BeVietnamPro_600SemiBold.ttf',
};

/** Points of A4, and of what stands on it. */
const PAGE = { width: 595.28, height: 841.89, side: 42, top: 38 };
const ROW = 17.4;
const COLUMNS = { mark: 14, name: 228, value: 92 };
const INK = { text: '#131c27', muted: '#4b5a6b', line: '#c9d2dc', link: '#1a5dab' };
const LEVEL_INK: Record<Level, string> = {
  ok: '#4b5a6b',
  unknown: '#4b5a6b',
  attention: '#815a00',
  serious: '#ab4700',
  critical: '#b9121b',
};

const WORDS = {
  none: { vi: 'Không có.', en: 'Nothing.' },
  more: { vi: (n: number) => `… và ${n} mục khác`, en: (n: number) => `… and ${n} more` },
  made: { vi: 'Lập lúc', en: 'Made at' },
  live: { vi: 'bản xem trước, chưa phải bản của ngày', en: 'a look ahead, not yet the brief of the day' },
  links: {
    vi: 'Bấm vào một dòng để xem con số được tính thế nào.',
    en: 'A click on a line tells how its number is made.',
  },
  simulated: { vi: 'Có số liệu mô phỏng.', en: 'Some figures are simulated.' },
};

/**
 * The brief on one page of A4, with Vietnamese faces inside the file. `base`: address of the hub that links lead to. The
 * same brief makes the same file.
 */
export async function briefPdf(brief: Brief, language: Language, base: string): Promise<Buffer> {
  const doc = new PdfFile({
    size: 'A4',
    margin: 0,
    autoFirstPage: true,
    lang: language,
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: briefName(brief.day)[language], Creator: 'IOC Hub', CreationDate: new Date(brief.at) },
  });
  const done = new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.once('end', () => resolve(Buffer.concat(chunks)));
    doc.once('error', reject);
  });
  for (const [face, path] of Object.entries(FACES)) doc.registerFont(face, require.resolve(path));
  const page = new Page(doc, language, base);
  page.head(brief);
  for (const { title, lines, more } of brief.parts) page.part(title[language], lines, more);
  page.foot(brief);
  doc.end();
  return done;
}

/** Size of a text that takes two lines of one row, and points from one of them to the next. */
const SMALL = { size: 7.4, leading: 8.3 };

/**
 * Draws from the top down. A text that is too wide for its column stands in two small lines, so that every row keeps its
 * height and the brief its one page; only what is too long for those ends in an ellipsis.
 */
class Page {
  private y = PAGE.top;
  private readonly width = PAGE.width - 2 * PAGE.side;

  constructor(
    private readonly doc: PDFKit.PDFDocument,
    private readonly language: Language,
    private readonly base: string,
  ) {}

  head(brief: Brief): void {
    this.write(briefName(brief.day)[this.language], PAGE.side, this.width, { face: 'bold', size: 19 });
    this.y += 27;
    this.write(brief.headline[this.language], PAGE.side, this.width, { size: 11 });
    this.y += 22;
  }

  part(title: string, lines: readonly BriefLine[], more: number): void {
    const { doc } = this;
    doc
      .moveTo(PAGE.side, this.y)
      .lineTo(PAGE.side + this.width, this.y)
      .lineWidth(0.7)
      .stroke(INK.line);
    this.y += 6;
    this.write(title, PAGE.side, this.width, { face: 'bold', size: 11 });
    this.y += 18;
    for (const line of lines) this.line(line);
    const rest = lines.length === 0 ? WORDS.none[this.language] : more > 0 ? WORDS.more[this.language](more) : null;
    if (rest !== null) {
      this.write(rest, PAGE.side + COLUMNS.mark, this.width - COLUMNS.mark, { color: INK.muted });
      this.y += 14;
    }
    this.y += 3;
  }

  foot({ at, kept, simulated }: Brief): void {
    const said = [
      `${WORDS.made[this.language]} ${clockText(at)} ${dayText(at)}${kept ? '' : ` (${WORDS.live[this.language]})`}.`,
      ...(simulated ? [WORDS.simulated[this.language]] : []),
      WORDS.links[this.language],
    ];
    this.y = PAGE.height - 30;
    this.write(said.join(' '), PAGE.side, this.width, { size: 8, color: INK.muted });
  }

  private line({ name, value, note, level, path }: BriefLine): void {
    const { language } = this;
    const top = this.y;
    this.mark(level, PAGE.side + 4, top + 6);
    let x = PAGE.side + COLUMNS.mark;
    this.write(name[language], x, COLUMNS.name);
    x += COLUMNS.name + 8;
    const color = level === 'ok' || level === 'unknown' ? INK.text : LEVEL_INK[level];
    if (value) this.write(value[language], x, COLUMNS.value, { face: 'bold', color });
    x += COLUMNS.value + 8;
    if (note) this.write(note[language], x, PAGE.side + this.width - x, { size: 8.5, color: INK.muted, drop: 0.8 });
    if (path !== null) this.doc.link(PAGE.side, top - 2, this.width, ROW - 1, `${this.base}${path}`);
    this.y = top + ROW;
  }

  /** Each level has a shape of its own, so that it reads in black and white. */
  private mark(level: Level, x: number, y: number): void {
    const { doc } = this;
    if (level === 'attention') doc.polygon([x, y - 4], [x + 4.2, y + 3.4], [x - 4.2, y + 3.4]);
    else if (level === 'serious') doc.polygon([x, y - 4.4], [x + 4.4, y], [x, y + 4.4], [x - 4.4, y]);
    else if (level === 'critical') doc.rect(x - 3.8, y - 3.8, 7.6, 7.6);
    else doc.circle(x, y, 1.4);
    doc.fill(LEVEL_INK[level]);
  }

  private write(
    text: string,
    x: number,
    width: number,
    { face = 'body', size = 9.5, color = INK.text, drop = 0 }: Partial<WriteOptions> = {},
  ): void {
    this.doc.font(face).fontSize(size).fillColor(color);
    if (this.doc.widthOfString(text) <= width) {
      this.doc.text(text, x, this.y + drop, { lineBreak: false });
      return;
    }
    this.doc.fontSize(SMALL.size);
    const [first, second] = this.broken(text, width);
    const top = this.y - (second === '' ? 0 : SMALL.leading * 0.3);
    this.doc.text(first, x, top, { lineBreak: false });
    if (second !== '') this.doc.text(this.fitted(second, width), x, top + SMALL.leading, { lineBreak: false });
  }

  /** As many words as one line takes, and the rest. */
  private broken(text: string, width: number): [first: string, second: string] {
    const words = text.split(' ');
    let count = words.length;
    while (count > 1 && this.doc.widthOfString(words.slice(0, count).join(' ')) > width) count--;
    return [this.fitted(words.slice(0, count).join(' '), width), words.slice(count).join(' ')];
  }

  private fitted(text: string, width: number): string {
    if (this.doc.widthOfString(text) <= width) return text;
    let end = text.length;
    while (end > 1 && this.doc.widthOfString(`${text.slice(0, end).trimEnd()}…`) > width) end--;
    return `${text.slice(0, end).trimEnd()}…`;
  }
}

interface WriteOptions {
  face: Face;
  size: number;
  color: string;
  drop: number;
}
