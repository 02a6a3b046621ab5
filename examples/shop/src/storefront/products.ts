/** What the shop sells. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly priceCents: number;
}

export const tenants = ['acme', 'globex', 'initech'] as const;

export const products: readonly Product[] = [
  { id: 'kettle', name: 'Kettle', priceCents: 3490 },
  { id: 'teapot', name: 'Teapot', priceCents: 2750 },
  { id: 'mug', name: 'Mug', priceCents: 890 },
  { id: 'tray', name: 'Tray', priceCents: 1995 },
  { id: 'samovar', name: 'Samovar', priceCents: 24_900 },
];
