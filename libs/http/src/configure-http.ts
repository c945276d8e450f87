import type { Settings } from '#libs/config';
import { measureProcess } from '#libs/observability';
import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CallerHook } from './access.js';
import { refuseEarly } from './fastify.js';
import { serveDocs } from './openapi/docs.js';
import { placeOperations, serveOperationsOnly } from './operations/apart.js';
import { Readiness } from './operations/readiness.js';

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

/** What an application needs besides its modules; between `create` and `init`. `document` is the OpenAPI document. */
export async function configureHttp(
  app: NestFastifyApplication,
  settings: Settings,
  document: () => Promise<string>,
): Promise<void> {
  const { CORS_ORIGINS: origins, ROLES } = settings;
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
  app.get(CallerHook).install(app.getHttpAdapter().getInstance());
  refuseEarly(app.getHttpAdapter().getInstance());
  endConnectionsWhileDraining(app);
  placeOperations(app, settings);
  if (ROLES.includes('http')) serveDocs(app, document);
  else serveOperationsOnly(app);
}

/** A client that keeps its connection open would come by it for ever, whatever its balancer knows. */
function endConnectionsWhileDraining(app: NestFastifyApplication): void {
  const readiness = app.get(Readiness);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, reply, done) => {
      if (readiness.isDraining) void reply.header('connection', 'close');
      done();
    });
}
