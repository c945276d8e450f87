import { Access, decodeCursor, encodeCursor, Id, page } from '#libs/http';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Notification as Row, NotificationStore } from '../store/notification-store.js';
import { type Notification, NotificationList, NotificationsQuery } from './notifications.dto.js';

const Position = z.object({ id: Id });

@ApiTags('notifications')
@Controller('v1/notifications')
export class NotificationsController {
  constructor(private readonly notifications: NotificationStore) {}

  @Get()
  @Access('staff')
  @ApiOperation({ operationId: 'listNotifications', summary: 'E-mails and what became of them, newest first' })
  @ApiOkResponse({ standardSchema: NotificationList })
  async list(
    @Query({ schema: NotificationsQuery }) { limit, cursor, orderId }: z.infer<typeof NotificationsQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const beforeId = decodeCursor(Position, cursor)?.id;
    const rows = await this.notifications.list({ orderId, beforeId, limit: limit + 1 });
    return page(rows.map(notificationOf), limit, ({ id }) => encodeCursor({ id }), request, reply);
  }
}

function notificationOf({ id, order_id, kind, recipient, status, sent_at, error }: Row): Notification {
  return { id, orderId: order_id, kind, to: recipient, status, sentAt: sent_at?.toISOString() ?? null, error };
}
