const { sum } = require('money')

/** What all items of a cart cost, in cents. */
exports.total = (items) => sum(...items.map(({ price, count }) => price * count))
