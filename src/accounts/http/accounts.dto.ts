import { listOf, PageQuery } from '#libs/http';
import { z } from 'zod';
import type { AccountRow } from '../store/account-store.js';
import type { ApiKeyRow } from '../store/api-key-store.js';

const Email = z
  .email('Use an e-mail address.')
  .max(254)
  .meta({ examples: ['ada@example.com'] });

const Name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\x00-\x1f\x7f]+$/, 'Use printable characters.');

export const SignUpBody = z
  .strictObject({
    email: Email,
    password: z.string().min(10, 'Use at least 10 characters.').max(200, 'Use at most 200 characters.'),
    name: Name.optional(),
  })
  .meta({
    id: 'SignUp',
    examples: [{ email: 'ada@example.com', password: 'correct horse battery staple', name: 'Ada Lovelace' }],
  });

export const Account = z
  .object({ id: z.uuid(), email: z.string(), name: z.string().optional(), createdAt: z.iso.datetime() })
  .meta({
    id: 'Account',
    examples: [
      {
        id: '0199b5f2-7c1e-7a3b-9d4e-5f6071829304',
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        createdAt: '2026-11-24T09:00:00.000Z',
      },
    ],
  });

export const SignInBody = z
  .strictObject({ email: Email, password: z.string().min(1).max(200) })
  .meta({ id: 'SignIn', examples: [{ email: 'ada@example.com', password: 'correct horse battery staple' }] });

export const RefreshBody = z
  .strictObject({ refreshToken: z.string().min(1).max(200) })
  .meta({ id: 'Refresh', examples: [{ refreshToken: 'rt_dGhpcyBpcyBvbmx5IGFuIGV4YW1wbGUsIG5vIHNlY3I' }] });

export const SessionTokens = z
  .object({
    accessToken: z.string().meta({ description: 'A JWT, verified by /.well-known/jwks.json alone.' }),
    refreshToken: z.string().meta({ description: 'Good for one exchange, within 30 days.' }),
    expiresIn: z.int().meta({ description: 'Seconds until the access token is over.', examples: [900] }),
  })
  .meta({ id: 'SessionTokens' });

const KeyRole = z.enum(['staff', 'admin']);

export const CreateApiKeyBody = z
  .strictObject({ name: Name, role: KeyRole })
  .meta({ id: 'CreateApiKey', examples: [{ name: 'warehouse', role: 'staff' }] });

export const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: KeyRole,
    lastFour: z.string().meta({ description: 'The last four characters of the key.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({
    id: 'ApiKey',
    examples: [
      {
        id: '0199b5f2-7c1e-7a3b-9d4e-5f6071829304',
        name: 'warehouse',
        role: 'staff',
        lastFour: 'x7Qa',
        createdAt: '2026-11-24T09:00:00.000Z',
      },
    ],
  });

export const CreatedApiKey = ApiKey.extend({
  key: z.string().meta({ description: 'The key itself, which is never shown again.' }),
}).meta({ id: 'CreatedApiKey' });

export const ApiKeysQuery = z.object(PageQuery);
export const ApiKeyList = listOf(ApiKey, 'ApiKeyList');

export const Jwks = z
  .object({
    keys: z.array(
      z.object({
        kty: z.string(),
        crv: z.string(),
        x: z.string(),
        kid: z.string(),
        alg: z.string(),
        use: z.string(),
      }),
    ),
  })
  .meta({ id: 'Jwks' });

export function accountOf({ id, email, name, created_at: createdAt }: AccountRow): z.infer<typeof Account> {
  return { id, email, name: name ?? undefined, createdAt: createdAt.toISOString() };
}

export function apiKeyOf({ id, name, role, last_four, created_at }: ApiKeyRow): z.infer<typeof ApiKey> {
  return { id, name, role, lastFour: last_four, createdAt: created_at.toISOString() };
}
