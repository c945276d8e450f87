import { join } from 'node:path';
import { SETTINGS, type Settings } from '#libs/config';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { NotificationsController } from './http/notifications.controller.js';
import { MailFolder } from './mail/mail-folder.js';
import { Mailer } from './mail/mailer.js';
import { SmtpMailer } from './mail/smtp-mailer.js';
import { MailAboutOrders } from './reactions/mail-about-orders.js';
import { Notifications1760000000400, NotificationsOfShipments1764200000410 } from './store/migrations.js';
import { NotificationStore } from './store/notification-store.js';
import { SendNotificationUseCase } from './use-cases/send-notification.js';
import { ForgetOldNotifications } from './use-cases/forget-old-notifications.js';

@Module({
  imports: [
    FeatureModule.for({
      module: 'notifications',
      migrations: [Notifications1760000000400, NotificationsOfShipments1764200000410],
    }),
  ],
  controllers: [NotificationsController],
  providers: [
    ForgetOldNotifications,
    MailAboutOrders,
    NotificationStore,
    SendNotificationUseCase,
    {
      provide: Mailer,
      inject: [SETTINGS],
      useFactory: ({ SMTP_URL, MAIL_FROM, DATA_DIR }: Settings) =>
        SMTP_URL ? new SmtpMailer(SMTP_URL, MAIL_FROM) : new MailFolder(join(DATA_DIR, 'mail'), MAIL_FROM),
    },
  ],
})
export class NotificationsModule {}
