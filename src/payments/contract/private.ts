import { command } from '#libs/kernel';
import { z } from 'zod';
import { CapturePayment } from './index.js';

/** To itself, later: the provider had not decided. Other modules have no use for it. */
export const CheckPayment = command('payments.check-payment', CapturePayment.schema);

/** To itself: gives back what was captured, outside of any transaction. */
export const PayBack = command('payments.pay-back', z.object({ orderId: z.uuid() }));
