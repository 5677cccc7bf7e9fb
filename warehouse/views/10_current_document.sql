-- Grain: one address, in its newest version.
CREATE VIEW core.current_document AS
SELECT document.*
FROM raw.document AS document
QUALIFY row_number() OVER (
    PARTITION BY address ORDER BY current_since DESC, fetched_at DESC, document_key
) = 1;
COMMENT ON VIEW core.current_document IS 'One address in its newest version (现行文档).';
