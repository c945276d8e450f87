import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { completeDocument } from './complete-document.js';
import { jsonSchemas } from './json-schema.js';

const DESCRIPTION = `The order backend that stays open when the drop goes live.

Errors are RFC 9457 problem+json with a stable \`code\`. Money is in minor units, times are RFC 3339 UTC, ids are UUIDv7.`;

const TAGS: Record<string, string> = {
  orders: 'Placing, reading, cancelling and fulfilling orders.',
  catalog: 'Products and categories.',
  stock: 'What is on hand, reserved and available.',
  accounts: 'Accounts of customers.',
  sessions: 'Signing in and out.',
  'api-keys': 'Keys for staff and machines.',
  payments: 'Payment methods.',
  notifications: 'What was sent to whom.',
  'dead-letters': 'Messages that could not be handled.',
  operations: 'Health and keys, for machines.',
};

/** The OpenAPI 3.1 document of the modules mounted in this process. */
export function buildDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Floodgate')
    .setVersion('1.0.0')
    .setDescription(DESCRIPTION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .setContact('Floodgate', 'https://floodgate.example', 'api@floodgate.example')
    .addServer('/', 'This server')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An access token, an API key or an order token.' });
  const document = SwaggerModule.createDocument(app, config.build(), { standardSchemaConverter: jsonSchemas() });
  return completeDocument(document, TAGS);
}
