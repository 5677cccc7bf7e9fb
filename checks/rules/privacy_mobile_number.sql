-- name: privacy_mobile_number
-- severity: block
-- owner: privacy
-- reason: No mobile number (11 digits from 13 to 19) may reach any table.
-- reason_zh: 手机号码（11位数字，以13至19开头）不得进入任何表。
-- applies_to: every table
-- for_each: text column
--
-- A unit after the digits makes them an amount (15000000000元), and a site may number its pages with 11 digits.
SELECT rowid
FROM {table}
WHERE '{column}' NOT IN ('address', 'name', 'source', 'sources', 'figure')
    AND regexp_matches(
        {value},
        '(^|[^0-9.])1[3-9][0-9]{{9}}( ?$| ?[^0-9 元人万亿个例台次名位批家所项期场平米方公里吨％%.．])'
    );
