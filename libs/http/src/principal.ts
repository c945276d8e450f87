/** Least to most; each may do what the ones before it may. `guest` is the bearer of one order's token. */
export const ROLES = ['guest', 'customer', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls. */
export interface Principal {
  role: Role;
  /** The account's id (customer), the API key's id (staff, admin) or the order's id (guest). */
  id: string;
  email?: string;
  /** The session that an access token was issued in. */
  sessionId?: string;
}

export const isStaff = (principal?: Principal) => principal?.role === 'staff' || principal?.role === 'admin';
