import { command } from '#libs/kernel';
import { z } from 'zod';

/** To itself: sends one notification, outside of any transaction. Other modules have no use for it. */
export const SendNotification = command(
  'notifications.send-notification',
  z.object({ notificationId: z.uuid(), orderId: z.uuid() }),
);
