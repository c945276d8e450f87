import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { buildDocument } from './document.js';

/** `/openapi.json`, and Swagger UI at `/docs`. Both are made when someone asks: until then they cost no memory. */
export function serveDocs(app: NestFastifyApplication): void {
  let text: string | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', async (_request, reply) => {
      text ??= JSON.stringify(buildDocument(app as INestApplication));
      return reply.header('cache-control', 'public, no-cache').type('application/json; charset=utf-8').send(text);
    });
  SwaggerModule.setup('docs', app, () => ({}) as OpenAPIObject, {
    raw: false,
    customSiteTitle: 'Floodgate API',
    swaggerUrl: '/openapi.json',
    swaggerOptions: { validatorUrl: 'none', persistAuthorization: true }, // a foreign validator would see the document
  });
}
