import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Public } from '../access/access.guard.js';
import { ApiDescription } from './api-description.js';

const HERE = dirname(fileURLToPath(import.meta.url));
/** docs/ of the checkout or image, from the sources as well as from dist/. */
const DOCS = join(HERE.replace(/(\/|\\)(dist(\/|\\))?apps(\/|\\)gateway(\/|\\)src(\/|\\)http$/, ''), 'docs');

/** The contracts of this door: OpenAPI (generated) and AsyncAPI (written by hand). */
@Controller('v1')
@Public()
@ApiExcludeController()
export class ContractsController {
  constructor(@Inject(ApiDescription) private readonly api: ApiDescription) {}

  @Get('openapi.json')
  openApi(): OpenAPIObject {
    return this.api.document;
  }

  @Get('asyncapi.yaml')
  @Header('Content-Type', 'application/yaml; charset=utf-8')
  asyncApi(): string {
    return readFileSync(join(DOCS, 'asyncapi.yaml'), 'utf8');
  }
}
