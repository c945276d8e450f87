import type { Settings } from '#libs/config';
import { measureProcess } from '#libs/observability';
import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { serveDocs } from './openapi/docs.js';
import { serveOperationsApart } from './operations/apart.js';

const EXPOSED = [
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'traceparent',
  'X-Request-Id',
];

/** What an application needs besides its modules; between `create` and `init`. */
export async function configureHttp(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const { CORS_ORIGINS: origins, OPS_PORT, HOST } = settings;
  measureProcess();
  await app.register(helmet, {
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    dnsPrefetchControl: false,
    ieNoOpen: false,
    permittedCrossDomainPolicies: false,
    xssFilter: false,
    frameguard: { action: 'deny' },
    // Swagger UI brings its own scripts, inline styles and pictures; JSON runs nothing at all.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
  if (origins.length > 0) {
    app.enableCors({
      origin: origins.includes('*') ? '*' : origins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: EXPOSED,
      maxAge: 600,
    });
  }
  serveDocs(app);
  if (OPS_PORT !== undefined) serveOperationsApart(app, OPS_PORT, HOST);
}
