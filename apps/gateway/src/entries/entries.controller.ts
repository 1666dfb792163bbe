import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
  Req,
} from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { SheetPreview } from '#libs/contracts';
import type { EntryEntity } from '#libs/persistence';
import { ProblemError } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type { Request } from 'express';
import { ForOperators } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { csv } from '../indicators/csv.js';
import {
  ChangedEntryDto,
  CorrectionDto,
  EntriesQueryDto,
  ImportQueryDto,
  NewEntryDto,
  ReturnDto,
} from './entries.dto.js';
import { Entries } from './entries.service.js';

import { COLUMNS, readSheet, SHEET, SheetError, type SheetRow } from './entry-sheet.js';

/** Values that people enter: draft → submitted → approved → published → superseded. */
@Controller('v1/entries')
@ApiTags('entries')
@ForOperators()
export class EntriesController {
  constructor(
    @Inject(Entries) private readonly entries: Entries,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Get()
  async list(@Query() { state, metric, limit }: EntriesQueryDto): Promise<{ entries: EntryEntity[] }> {
    return { entries: await this.entries.list({ state, metric, limit: Number(limit ?? 100) }) };
  }

  /** A sheet to fill in: one line for each metric that is entered. */
  @Get('template.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="entries.csv"')
  template(): string {
    const metrics = this.catalogue.allMetrics().filter((metric) => metric.entered);
    const rows = metrics.map(({ code, dims }) => {
      const own = dims.filter((name) => name !== 'unit');
      return [code, dims.includes('unit') ? 'unit' : '', own.join('|'), '', '', ''];
    });
    return csv(COLUMNS, rows);
  }

  @Get(':id/history')
  async history(
    @Param('id', ParseUUIDPipe) id: string,
  ): Promise<{ steps: { at: Date; actor: string; action: string; detail: object }[] }> {
    const steps = await this.entries.history(id);
    return { steps: steps.map(({ at, actor, action, detail }) => ({ at, actor, action, detail })) };
  }

  @Post()
  async add(@Body() body: NewEntryDto, @CurrentViewer() viewer: Viewer): Promise<EntryEntity> {
    const [entry] = await this.entries.draft([body], viewer.name);
    if (!entry) throw new Error('no entry was made');
    return entry;
  }

  @Put(':id')
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChangedEntryDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<EntryEntity> {
    return this.entries.change(id, body, viewer.name);
  }

  /** A new draft beside what was published, with the reason; published in its turn, it supersedes the old version. */
  @Post(':id/correct')
  correct(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: CorrectionDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<EntryEntity> {
    return this.entries.correct(id, body, viewer.name);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id', ParseUUIDPipe) id: string, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.entries.remove(id, viewer.name);
  }

  @Post(':id/submit')
  @HttpCode(200)
  submit(@Param('id', ParseUUIDPipe) id: string, @CurrentViewer() viewer: Viewer): Promise<EntryEntity> {
    return this.entries.step(id, 'submit', viewer.name);
  }

  @Post(':id/return')
  @HttpCode(200)
  return(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: ReturnDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<EntryEntity> {
    return this.entries.step(id, 'return', viewer.name, reason);
  }

  @Post(':id/approve')
  @HttpCode(200)
  approve(@Param('id', ParseUUIDPipe) id: string, @CurrentViewer() viewer: Viewer): Promise<EntryEntity> {
    return this.entries.step(id, 'approve', viewer.name);
  }

  @Post(':id/publish')
  @HttpCode(200)
  publish(@Param('id', ParseUUIDPipe) id: string, @CurrentViewer() viewer: Viewer): Promise<EntryEntity> {
    return this.entries.step(id, 'publish', viewer.name);
  }

  /** A CSV or XLSX sheet as the raw body: with `preview=true` what would come of it, else drafts, all or none. */
  @Post('import')
  @HttpCode(200)
  @ApiConsumes('text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  async import(
    @Query() { preview }: ImportQueryDto,
    @Req() request: Request,
    @CurrentViewer() viewer: Viewer,
  ): Promise<SheetPreview & { drafts?: number }> {
    const rows = await this.rowsOf(request);
    const result = await this.previewOf(rows);
    if (preview === 'true') return result;
    if (result.bad > 0) {
      const errors = result.rows.flatMap(({ line, errors: own }) =>
        own.map(({ path, message }) => ({ path: `/${line}${path}`, message })),
      );
      const detail = `${result.bad} of ${rows.length} lines cannot be taken; nothing was entered.`;
      throw new ProblemError(400, 'sheet-invalid', undefined, detail, { errors: errors.slice(0, 100) });
    }
    const made = await this.entries.draft(
      rows.map(({ input }) => input),
      viewer.name,
    );
    return { ...result, drafts: made.length };
  }

  private async rowsOf(request: Request): Promise<SheetRow[]> {
    try {
      return await readSheet(await bodyOf(request));
    } catch (error) {
      if (error instanceof SheetError) throw new ProblemError(400, 'sheet-unreadable', undefined, error.message);
      throw error;
    }
  }

  private async previewOf(rows: readonly SheetRow[]): Promise<SheetPreview> {
    const results = rows.map(({ line, input }) => ({ line, result: this.entries.check(input) }));
    const taken = results.flatMap(({ line, result }) => ('entry' in result ? [{ line, entry: result.entry }] : []));
    const open = await this.entries.openFaults(taken);
    const checked = rows.map(({ line, input, error }, at) => {
      const { result } = results[at] as (typeof results)[number];
      const errors = [
        ...(error === undefined ? [] : [{ path: '/value', message: error }]),
        ...('errors' in result ? result.errors : []),
        // What could not be read withdraws nothing.
        ...[open.get(line) ?? []].flat().filter(({ path }) => error === undefined || path !== '/value'),
      ];
      const { metric, unit = '', dims = [], period, value } = 'entry' in result ? result.entry : input;
      return { line, metric, unit, dims, period, value, errors };
    });
    const bad = checked.filter(({ errors }) => errors.length > 0).length;
    return { good: checked.length - bad, bad, rows: checked };
  }
}

/** The raw body, bounded while it is read. */
async function bodyOf(request: Request): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > SHEET.bytes) {
      throw new ProblemError(413, 'sheet-too-large', undefined, `A sheet may have ${SHEET.bytes} bytes.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
