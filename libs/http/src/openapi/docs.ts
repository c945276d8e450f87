import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** `/openapi.json`, and Swagger UI at `/docs`. Both are made when someone asks: until then they cost no memory. */
export function serveDocs(app: NestFastifyApplication, document: () => Promise<string>): void {
  let text: Promise<string> | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', async (_request, reply) => {
      text ??= document();
      text.catch(() => (text = undefined)); // the next one tries again
      return reply
        .header('cache-control', 'public, no-cache')
        .type('application/json; charset=utf-8')
        .send(await text);
    });
  SwaggerModule.setup('docs', app, () => ({}) as OpenAPIObject, {
    raw: false,
    customSiteTitle: 'Floodgate API',
    swaggerUrl: '/openapi.json',
    swaggerOptions: { validatorUrl: 'none', persistAuthorization: true }, // a foreign validator would see the document
  });
}
