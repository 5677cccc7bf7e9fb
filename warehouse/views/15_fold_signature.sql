-- Grain: one current article that has facts, one story that has facts, or one current document: a hash over all that
-- folding it reads, in whatever order that stands.
-- The words of a sentence change only where its document is read anew, and so the run. Names of metrics and places change
-- with the catalogue alone, all at once; those of organisations and programmes never, for their keys are made from them.
CREATE VIEW core.fold_signature AS
WITH catalogue AS (
    SELECT bit_xor(signature_keys) AS catalogue_keys
    FROM (
        SELECT hash(metric_key, metric_code, name_zh, is_additive) AS signature_keys FROM core.dim_metric
        UNION ALL
        SELECT hash(place_key, place_code, name) FROM core.dim_place
    )
), document AS (
    SELECT document_key, name, address, outlet, published_on
    FROM core.current_document
), article AS (
    SELECT
        document_key,
        article_key,
        story_key,
        hash(
            article_key, story_key, article.kind, article.headline, article.outlet, article.published_on,
            document.name, document.outlet, document.published_on, catalogue_keys
        ) AS article_keys
    FROM core.dim_article AS article
    JOIN document USING (document_key), catalogue
), fact AS (
    SELECT
        article_key,
        bit_xor(
            hash(
                figure_key, metric_key, aspect, value, value_low, value_high, approximation, unit, status, qualifier,
                is_annual, is_part, donor_key, recipient_key, organisation_key, programme_key, period_start, period_end,
                sector, char_start, char_end, rule_code, run_key
            )
        ) AS fact_keys
    FROM core.fact_figure
    GROUP BY article_key
), unclaimed AS (
    SELECT article_key, bit_xor(hash(figure_key, disposition, reason, run_key)) AS unclaimed_keys
    FROM core.unclaimed_figure
    GROUP BY article_key
), told AS (
    SELECT article_key, story_key, hash(article_keys, fact_keys) AS signature_keys
    FROM article
    JOIN fact USING (article_key)
), story AS (
    SELECT story_key, bit_xor(signature_keys) AS signature_keys
    FROM told
    GROUP BY story_key
), counted AS (
    SELECT document_key, bit_xor(hash(article_key, fact_keys, unclaimed_keys)) AS signature_keys
    FROM article
    LEFT JOIN fact USING (article_key)
    LEFT JOIN unclaimed USING (article_key)
    GROUP BY document_key
), aside AS (
    SELECT document_key, bit_xor(hash(quarantine_key)) AS aside_keys
    FROM ops.quarantine
    WHERE table_name IN ('core.fact_figure', 'core.unclaimed_figure')
        AND released_in_run_key IS NULL
    GROUP BY document_key
)
SELECT 'article' AS kind, article_key, NULL AS story_key, NULL AS document_key, signature_keys
FROM told
UNION ALL
SELECT 'story', NULL, story_key, NULL, hash(story.signature_keys, held.headline, held.first_published_on)
FROM story
LEFT JOIN core.dim_story AS held USING (story_key)
UNION ALL
SELECT 'document', NULL, NULL, document_key, hash(document.name, document.address, counted.signature_keys, aside_keys)
FROM document
LEFT JOIN counted USING (document_key)
LEFT JOIN aside USING (document_key);
COMMENT ON VIEW core.fold_signature IS 'One current article or story that has facts, or one current document, with a hash over all that folding it reads (归并签名).';
COMMENT ON COLUMN core.fold_signature.kind IS 'article, story or document: which of the keys is filled (类别).';
COMMENT ON COLUMN core.fold_signature.signature_keys IS 'Hash over all that folding reads of it (签名).';
