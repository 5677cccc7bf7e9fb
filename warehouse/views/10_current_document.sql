-- Grain: one address, in its newest version. Most addresses have one version, and are not ordered by age.
CREATE VIEW core.current_document AS
WITH several AS (
    SELECT address
    FROM raw.document
    GROUP BY address
    HAVING count(*) > 1
), superseded AS (
    SELECT document_key
    FROM raw.document
    SEMI JOIN several USING (address)
    QUALIFY row_number() OVER (
        PARTITION BY address ORDER BY current_since DESC, fetched_at DESC, document_key
    ) > 1
)
SELECT document.*
FROM raw.document AS document
ANTI JOIN superseded USING (document_key);
COMMENT ON VIEW core.current_document IS 'One address in its newest version (现行文档).';
