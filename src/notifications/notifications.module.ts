import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';

@Module({ imports: [FeatureModule.for({ module: 'notifications', migrations: [] })] })
export class NotificationsModule {}
