"""A newspaper that does not exist: articles on counterpart medical aid, written by a seeded grammar of our own.

Places, pairs of donor and recipient and the names of hospitals are real; events, people and figures are invented.
`words` draws words, `prose` writes sentences, `counted` writes those with the figures that the ledger keeps, `articles`
puts them together, `pages` prints them as newspapers do. What makes a corpus of them is `benchmarks.corpus`.
"""
