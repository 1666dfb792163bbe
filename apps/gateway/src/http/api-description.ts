import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI document of the gateway, generated once from its controllers. */
export class ApiDescription {
  private app: INestApplication | null = null;
  private made: OpenAPIObject | null = null;

  /** Called when the app is set up; the document itself waits until somebody asks. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  get document(): OpenAPIObject {
    if (!this.app) throw new Error('the app is not set up');
    return (this.made ??= SwaggerModule.createDocument(this.app, config()));
  }
}

const config = () =>
  new DocumentBuilder()
    .setTitle('IOC event hub: doors for people')
    .setVersion('1')
    .setDescription(
      'Errors are RFC 9457 problems. Boards: a session cookie, or the token of a wall link as bearer. Administration: a session cookie of an administrator.',
    )
    .addCookieAuth('ioc_session')
    .addBearerAuth()
    .build();
