-- Grain: one fact of one article of the temporary table `changed`: mentions of the same figure folded, the first mention first.
--
-- Two mentions of one value of one metric and aspect are one fact unless they disagree in what they say of it: status,
-- unit, yearly or not, qualifier, donor, recipient, period. Where one of them is silent it agrees with the nearest
-- mention that speaks. So two spends of 24万元 in two months stay two facts.
WITH told AS (
    SELECT
        figure.*,
        row_number() OVER (PARTITION BY article_key ORDER BY char_start, figure_key) AS place,
        CASE
            WHEN period_start IS NOT NULL OR period_end IS NOT NULL
                THEN {'first': period_start, 'last': period_end}
        END AS period
    FROM core.fact_figure AS figure
    WHERE article_key IN (SELECT article_key FROM changed)
), {agreement}
SELECT
    arg_min(figure_key, place) AS figure_key,
    article_key,
    metric_key,
    aspect,
    value,
    arg_min(value_low, place) AS value_low,
    -- arg_min would pass over an open end; a list keeps it.
    list(value_high ORDER BY place)[1] AS value_high,
    arg_min(approximation, place) AS approximation,
    unit,
    status,
    max(qualifier) AS qualifier,
    is_annual,
    bool_or(is_part) AS is_part,
    -- What no mention of this very fact says stays unsaid, whatever its neighbours say; of a province and its city the
    -- greater code is the city's.
    max(donor_key) AS donor_key,
    max(recipient_key) AS recipient_key,
    list(organisation_key ORDER BY place) FILTER (organisation_key IS NOT NULL)[1] AS organisation_key,
    list(programme_key ORDER BY place) FILTER (programme_key IS NOT NULL)[1] AS programme_key,
    max(period_start) AS period_start,
    max(period_end) AS period_end,
    sector,
    arg_min(sentence, place) AS sentence,
    min(char_start) AS char_start,
    arg_min(char_end, place) AS char_end,
    arg_min(figure, place) AS figure,
    count(*) AS mentions,
    arg_min(rule_code, place) AS rule_code,
    arg_min(run_key, place) AS run_key
FROM filled
GROUP BY
    article_key, metric_key, aspect, value, unit, status, is_annual, sector,
    same_qualifier, same_donor, same_recipient, same_period
