/** From here on a number is shown as bad; that of the alert rules stands with them, this is for the eye alone. */
export const ERRORS_ARE_BAD_FROM = 0.01;
export const SLOW_FROM_SECONDS = 1;
