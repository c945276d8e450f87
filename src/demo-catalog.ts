export interface DemoVariant {
  sku: string;
  title: string;
  /** Minor units. */
  price: { amount: number; currency: string };
  attributes?: Record<string, string>;
  onHand: number;
}

/** What `CreateProduct` of catalog takes, and the stock that goes with each SKU. */
export interface DemoProduct {
  title: string;
  description: string;
  categories: string[];
  variants: DemoVariant[];
}

/** A small shop to try things on. */
export const DEMO_CATALOG: readonly DemoProduct[] = [
  {
    title: 'Black tee',
    description: 'Heavy organic cotton, cut straight. Washes well and fades slowly.',
    categories: ['shirts'],
    variants: sizes('TEE-BLACK', 1_299, ['S', 'M', 'L', 'XL']),
  },
  {
    title: 'White tee',
    description: 'The same cotton as the black one, for brighter days.',
    categories: ['shirts'],
    variants: sizes('TEE-WHITE', 1_299, ['S', 'M', 'L']),
  },
  {
    title: 'Floodgate hoodie',
    description: 'Brushed inside, with a hood that stays up in the wind. Made for queues that start at dawn.',
    categories: ['shirts', 'limited'],
    variants: sizes('HOODIE-NAVY', 4_900, ['M', 'L', 'XL'], 40),
  },
  {
    title: 'Enamel mug',
    description: 'Holds 350 ml of coffee or tea, over a fire if need be.',
    categories: ['kitchen'],
    variants: [
      one('MUG-ENAMEL-WHITE', 950, 200, 'White', { colour: 'white' }),
      one('MUG-ENAMEL-BLUE', 950, 200, 'Blue', { colour: 'blue' }),
    ],
  },
  {
    title: 'Teapot',
    description: 'Stoneware, six cups, with a strainer that can be taken out.',
    categories: ['kitchen'],
    variants: [one('TEAPOT-STONE', 3_450, 60)],
  },
  {
    title: 'Dotted notebook',
    description: '192 pages, bound to lie flat.',
    categories: ['stationery'],
    variants: [
      one('NOTEBOOK-A5', 1_150, 300, 'A5', { size: 'A5' }),
      one('NOTEBOOK-A6', 850, 300, 'A6', { size: 'A6' }),
    ],
  },
  {
    title: 'Canvas tote',
    description: 'Carries a weekly shop and folds into a pocket.',
    categories: ['bags'],
    variants: [one('TOTE-CANVAS', 1_600, 150)],
  },
  {
    title: 'First pressing, numbered print',
    description: 'Fifty prints, numbered by hand. When they are gone they are gone.',
    categories: ['limited', 'stationery'],
    variants: [one('PRINT-FIRST-PRESSING', 6_500, 50)],
  },
];

function sizes(sku: string, amount: number, names: string[], onHand = 100): DemoVariant[] {
  return names.map((size) => one(`${sku}-${size}`, amount, onHand, size, { size }));
}

function one(sku: string, amount: number, onHand: number, title = '', attributes = {}): DemoVariant {
  return { sku, title, price: { amount, currency: 'GBP' }, attributes, onHand };
}
