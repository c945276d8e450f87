import { markup } from './markup.js';
import type { OrderMail } from './order-mail.js';

const LEFT = 'padding:8px 8px 8px 0;border-bottom:1px solid #d4d4d8;text-align:left;vertical-align:top';
const RIGHT = 'padding:8px 0 8px 8px;border-bottom:1px solid #d4d4d8;text-align:right;vertical-align:top';
const SUM = 'padding:4px 8px 4px 0;text-align:right';
const AMOUNT = 'padding:4px 0 4px 8px;text-align:right;white-space:nowrap';
const weight = (isBold: boolean) => `font-weight:${isBold ? 'bold' : 'normal'}`;

/** One file that needs nothing else: no image, no style sheet, a real table with headings for those who listen to it. */
export function mailAsHtml({ subject, heading, paragraphs, number, lines, more, totals }: OrderMail): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${subject}</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#18181b;font:16px/1.5 Arial,Helvetica,sans-serif">
<div style="max-width:600px;margin:0 auto">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${heading}</h1>
${paragraphs.map((paragraph) => markup`<p style="margin:0 0 12px">${paragraph}</p>\n`)}
<p style="margin:0 0 16px">Order number: <strong>${number}</strong></p>
<table style="width:100%;border-collapse:collapse">
<thead>
<tr>
<th scope="col" style="${LEFT}">Item</th>
<th scope="col" style="${RIGHT}">Quantity</th>
${totals.length > 0 ? markup`<th scope="col" style="${RIGHT}">Price</th>\n` : ''}</tr>
</thead>
<tbody>
${lines.map(lineAsHtml)}
${more > 0 ? markup`<tr><td colspan="3" style="${LEFT}">and ${more} more</td></tr>` : ''}
</tbody>
<tfoot>
${totals.map(([name, amount], index) => totalAsHtml(name, amount, index === totals.length - 1))}
</tfoot>
</table>
</div>
</body>
</html>
`.html;
}

function lineAsHtml({ title, sku, quantity, total }: OrderMail['lines'][number]) {
  return markup`<tr>
<td style="${LEFT}">${title}<br><span style="color:#52525b;font-size:14px">${sku}</span></td>
<td style="${RIGHT}">${quantity}</td>
${total ? markup`<td style="${RIGHT};white-space:nowrap">${total}</td>\n` : ''}</tr>
`;
}

function totalAsHtml(name: string, amount: string, isLast: boolean) {
  return markup`<tr>
<th scope="row" colspan="2" style="${SUM};${weight(isLast)}">${name}</th>
<td style="${AMOUNT};${weight(isLast)}">${amount}</td>
</tr>
`;
}
