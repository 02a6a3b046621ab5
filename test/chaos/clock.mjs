/** A preload with which the clock of the process, that of its threads included, can be set: `shiftClock(ms)`. */
const channel = new BroadcastChannel('clock');
channel.unref?.();
const RealDate = Date;
let shiftMs = 0;

class ShiftedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    else super(...given);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate;
channel.addEventListener('message', ({ data }) => (shiftMs = data));
globalThis.shiftClock = (ms) => {
  shiftMs = ms;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel between threads has none
  channel.postMessage(ms);
};
