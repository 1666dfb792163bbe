import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { RuleTestError } from './rule-test.js';

type Path = readonly (string | number)[];

/** A place in a YAML document: reads what stands there, and says where it is when it is wrong. */
export class YamlPlace {
  private constructor(
    private readonly document: Document,
    private readonly counter: LineCounter,
    private readonly path: Path,
    readonly value: unknown,
  ) {}

  /** The root of a text. Throws `RuleTestError` where it is no YAML. */
  static of(text: string): YamlPlace {
    const counter = new LineCounter();
    // Aliases could make a small text large.
    const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, maxAliasCount: 0 } as object);
    const [error] = document.errors;
    if (error) {
      const line = counter.linePos(error.pos[0]).line;
      throw new RuleTestError(line, '', error.message.split('\n')[0] ?? 'is no YAML');
    }
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: 0 });
    } catch {
      throw new RuleTestError(1, '', 'aliases are not possible here');
    }
    return new YamlPlace(document, counter, [], value);
  }

  get line(): number {
    for (let length = this.path.length; length >= 0; length--) {
      const node: unknown =
        length === 0 ? this.document.contents : this.document.getIn(this.path.slice(0, length), true);
      if (isNode(node) && node.range) return this.counter.linePos(node.range[0]).line;
    }
    return 1;
  }

  fail(reason: string): never {
    const field = this.path.map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${part}`)).join('');
    throw new RuleTestError(this.line, field.replace(/^\./, ''), reason);
  }

  at(part: string | number): YamlPlace {
    const value = this.value as Record<string | number, unknown> | null | undefined;
    return new YamlPlace(this.document, this.counter, [...this.path, part], value?.[part]);
  }

  get absent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** This place as a mapping that has only these fields. */
  fields(allowed: readonly string[]): this {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      this.fail(`must be a mapping with ${allowed.join(', ')}`);
    for (const name of Object.keys(this.value))
      if (!allowed.includes(name)) this.at(name).fail(`there is no such field; there are ${allowed.join(', ')}`);
    return this;
  }

  /** The entries of a list; absent: none. */
  entries(most: number): YamlPlace[] {
    if (this.absent) return [];
    if (!Array.isArray(this.value)) this.fail('must be a list');
    if (this.value.length > most) this.fail(`may have ${most} entries`);
    return this.value.map((_, index) => this.at(index));
  }

  text(): string {
    if (typeof this.value === 'number') return String(this.value);
    if (typeof this.value !== 'string' || this.value === '') this.fail('must be a text');
    return this.value;
  }

  oneOf<V extends string>(values: readonly V[]): V {
    return values.find((value) => value === this.value) ?? this.fail(`must be one of ${values.join(', ')}`);
  }
}
