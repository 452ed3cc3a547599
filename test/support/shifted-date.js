/** Loaded before a process of a test: the clock of its machine is off by DATE_SHIFT_MS. */

const RealDate = Date
const shiftMs = Number(process.env['DATE_SHIFT_MS'])

globalThis.Date = class extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(RealDate.now() + shiftMs)
    else super(...values)
  }

  static now() {
    return RealDate.now() + shiftMs
  }
}
