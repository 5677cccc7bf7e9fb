-- name: accounting_of_documents
-- severity: block
-- owner: ledger
-- reason: A document that was read is loaded or set aside: none is lost between the two.
-- reason_zh: 读取成功的文档，要么入库，要么隔离，中间不得遗漏。
-- applies_to: ops.document_outcome
SELECT outcome.document_key
FROM ops.document_outcome AS outcome
WHERE outcome.run_key = getvariable('run_key')
    AND outcome.outcome = 'read'
    AND NOT EXISTS (FROM raw.document AS document WHERE document.document_key = outcome.document_key)
    AND NOT EXISTS (
        FROM ops.quarantine AS aside
        WHERE aside.table_name = 'raw.document' AND aside.document_key = outcome.document_key
    );
