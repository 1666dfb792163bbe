import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { jsonSchemaOf, schemaRunner } from './json-schema.js';

class Inner {
  @IsString()
  @MinLength(2)
  code!: string;

  @IsOptional()
  @IsInt()
  @Min(0)
  count?: number;
}

class Sample {
  @IsString()
  @Length(2, 6)
  text!: string;

  @IsOptional()
  @IsString()
  @MaxLength(4)
  @Matches(/^[a-zà]+$/iu)
  @Matches(/a/)
  word?: string;

  @IsInt()
  @Min(-3)
  @Max(40)
  whole!: number;

  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 2 })
  real?: number;

  @IsOptional()
  @IsBoolean()
  flag?: boolean;

  @IsIn(['x', 'y', 3])
  choice!: string | number;

  @IsOptional()
  @IsIn(['north', 'south'])
  side?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  at?: string;

  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @IsString({ each: true })
  tags?: string[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Inner)
  inner?: Inner;

  @IsOptional()
  @IsArray()
  @ValidateNested()
  @Type(() => Inner)
  inners?: Inner[];
}

const junk = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer({ min: -5, max: 45 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 7, unit: 'grapheme' }),
  fc.constantFrom('aà', 'A', '👍👍', '👍🏽', '❤️', '⚡︎ab', '\ud83d', 'a\n', 'x', 'north'),
  fc.array(fc.string({ maxLength: 3 }), { maxLength: 4 }),
);
const object = fc.constantFrom({}, { a: 1 });
const inner = fc.oneof(
  { weight: 4, arbitrary: fc.record({ code: fc.oneof(fc.constant('ab'), junk), count: junk }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.constantFrom(null, 'text', 4, true) },
);
const sample = fc.record(
  {
    text: fc.oneof(fc.constantFrom('ab', 'abcdef', '👍👍'), junk, object),
    word: fc.oneof(fc.constantFrom('a', 'Aà', 'abcde', 'b', '👍'), junk),
    whole: fc.oneof(fc.integer({ min: -4, max: 41 }), junk),
    real: fc.oneof(fc.constantFrom(1.25, 1.255, -0, 1e21), junk),
    flag: fc.oneof(fc.boolean(), junk),
    choice: fc.oneof(fc.constantFrom('x', 'y', 3, '3'), junk),
    side: fc.oneof(fc.constantFrom('north', 'south'), junk),
    at: fc.oneof(fc.constantFrom('2026-11-22T01:02:03Z', '2026-02-30', '2026-W03', '20261122', 'never'), junk),
    tags: fc.oneof(fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 4 }), junk, object),
    inner: inner,
    inners: fc.oneof(
      fc.array(inner, { maxLength: 3 }),
      junk.filter((value) => !Array.isArray(value)),
      object,
    ),
    stranger: junk,
  },
  { requiredKeys: [] },
);

/** A right event with a few fields replaced: close to the border between the verdicts. */
const nearly = fc
  .tuple(
    sample,
    fc.subarray(['text', 'word', 'whole', 'real', 'flag', 'choice', 'side', 'at', 'tags', 'inner', 'inners']),
  )
  .map(([values, picked]) => ({
    text: 'abc',
    whole: 1,
    choice: 'x',
    ...Object.fromEntries(Object.entries(values).filter(([name]) => picked.slice(0, 3).includes(name))),
  }));

/** class-validator throws where its own decimal count meets "1e-7"; that is no verdict, so it counts as a refusal. */
function classValidator(value: object): boolean {
  try {
    return validateSync(plainToInstance(Sample, structuredClone(value)), { whitelist: true }).length === 0;
  } catch {
    return false;
  }
}

describe('jsonSchemaOf', () => {
  const validate = schemaRunner().compile(jsonSchemaOf(Sample));

  test("gives class-validator's verdict on anything that JSON can carry", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(sample, nearly), (value: object) => {
        const verdict = classValidator(value);
        if (verdict) accepted++;
        expect(validate(structuredClone(value))).toBe(verdict);
      }),
      { numRuns: 4000, seed: 19 },
    );
    expect(accepted).toBeGreaterThan(400);
  });

  test('removes what no DTO declares, at every level', () => {
    const value = { text: 'abc', whole: 1, choice: 'x', stranger: 1, inner: { code: 'ab', stranger: 2 } };
    expect(validate(value)).toBe(true);
    expect(value).toEqual({ text: 'abc', whole: 1, choice: 'x', inner: { code: 'ab' } });
  });

  test('stops the boot on a decorator that it cannot compile, naming class and field', () => {
    class Odd {
      @IsEmail()
      mail!: string;
    }
    class Loose {
      @ValidateNested()
      thing!: object;
    }
    class Each {
      @IsString({ each: true })
      names!: string[];
    }
    expect(() => jsonSchemaOf(Odd)).toThrow('Odd.mail: the decorator "isEmail"');
    expect(() => jsonSchemaOf(Loose)).toThrow('Loose.thing');
    expect(() => jsonSchemaOf(Each)).toThrow('Each.names');
  });
});
