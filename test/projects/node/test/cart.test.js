const assert = require('node:assert')
const { test } = require('node:test')
const { total } = require('../cart.js')

test('an empty cart costs nothing', () => {
  assert.strictEqual(total([]), 0)
})

test('every item counts', () => {
  const items = [
    { price: 250, count: 2 },
    { price: 99, count: 1 },
  ]
  assert.strictEqual(total(items), 599)
})
