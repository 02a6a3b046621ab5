/*
 * What a logger meets when it is handed whatever is at hand: each of these breaks a naive serializer.
 */

/** An order that refers to its customer, who refers to the order. */
export function circularOrder(id: number, password: string): object {
  const customer: Record<string, unknown> = { name: 'Ada', password };
  const order = { id, customer };
  customer['lastOrder'] = order;
  return order;
}

/** A database row whose lazy field fails because the connection is closed. */
export function lazyRow(id: number): object {
  return {
    id,
    get customer() {
      throw new Error('the connection is closed');
    },
  };
}

/** A revoked client: every look at it throws. */
export function revokedClient(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** An amount that refuses to become JSON. */
export function stubbornAmount(): object {
  return {
    toJSON() {
      throw new TypeError('amounts have no JSON');
    },
  };
}
