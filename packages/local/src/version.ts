/** Of this package; what the read APIs call the version of the server. */
export const version = '0.1.0';
