-- name: privacy_mobile_number
-- severity: block
-- owner: privacy
-- reason: No mobile number (11 digits from 13 to 19) may reach any table; an address or a file name may number its page so.
-- applies_to: every table
-- for_each: text column
SELECT rowid
FROM {table}
WHERE '{column}' NOT IN ('address', 'name', 'source', 'sources')
    AND regexp_matches({value}, '(^|[^0-9])1[3-9][0-9]{{9}}([^0-9]|$)');
