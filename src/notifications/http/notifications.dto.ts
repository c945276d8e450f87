import { Id, listOf, PageQuery } from '#libs/http';
import { z } from 'zod';
import { NotificationKind, NotificationStatus } from '../domain/notification.js';

export const Notification = z
  .object({
    id: z.uuid(),
    orderId: z.uuid(),
    kind: NotificationKind,
    to: z.string().meta({ examples: ['ada@example.com'] }),
    status: NotificationStatus.meta({
      description: 'A failed one lies in the dead letters; it is sent when its letter is replayed.',
    }),
    sentAt: z.iso.datetime().nullable(),
    error: z
      .string()
      .nullable()
      .meta({ description: 'Why the last attempt failed, until one succeeds.', examples: [null] }),
  })
  .meta({ id: 'Notification' });
export type Notification = z.infer<typeof Notification>;

export const NotificationsQuery = z.object({
  ...PageQuery,
  orderId: Id.optional().meta({ description: 'Those about this order only.' }),
});

export const NotificationList = listOf(Notification, 'NotificationList');
