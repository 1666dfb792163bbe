import { IsIn, IsISO8601, IsNumber, IsOptional, Matches, Max, MaxLength, Min } from 'class-validator';

const CODE = /^[a-z0-9][a-z0-9.-]{0,59}$/;
const TIME = 35;
/** Larger values are mistakes; among them the others' sums would lose their decimals. */
const MOST = 1e9;

/** A goal: from where, to where, until when. Told again it is changed. */
export class GoalDto {
  @Matches(CODE)
  goal!: string;

  @IsNumber()
  @Min(-MOST)
  @Max(MOST)
  base!: number;

  /** Of when the base value is. */
  @IsISO8601({ strict: true })
  @MaxLength(TIME)
  baseAt!: string;

  @IsNumber()
  @Min(-MOST)
  @Max(MOST)
  target!: number;

  /** The deadline. */
  @IsISO8601({ strict: true })
  @MaxLength(TIME)
  by!: string;
}

/** What a goal has come to. */
export class ActualDto {
  @Matches(CODE)
  goal!: string;

  @IsNumber()
  @Min(-MOST)
  @Max(MOST)
  value!: number;

  /** Of when the value is; it may be told later. */
  @IsISO8601({ strict: true })
  @MaxLength(TIME)
  at!: string;
}

export const TASK_STATES = ['open', 'doing', 'done', 'cancelled'] as const;

/** A task of a steering committee. */
export class TaskDto {
  @Matches(CODE)
  task!: string;

  @IsIn(TASK_STATES)
  state!: (typeof TASK_STATES)[number];

  /** Agency in charge. */
  @IsOptional()
  @Matches(/^[A-Z]\d{2}(\.\d+)*$/)
  agency?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME)
  due?: string;

  /** When it was done. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME)
  done?: string;
}
