/** Adds amounts in cents. */
exports.sum = (...amounts) => amounts.reduce((all, one) => all + one, 0)
