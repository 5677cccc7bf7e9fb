-- Grain: one story that has facts: a hash over its articles and their mentions, in whatever order they stand.
CREATE VIEW core.story_signature AS
SELECT
    story_key,
    bit_xor(hash(article_key, signature_keys, article_keys)) AS signature_keys
FROM core.fact_signature
GROUP BY story_key;
COMMENT ON VIEW core.story_signature IS 'One story that has facts, with a hash over its articles (报道签名).';
