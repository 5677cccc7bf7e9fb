-- name: operations_exceed_patients
-- severity: warn
-- owner: editor
-- reason: Nobody is operated on without being seen: more operations than patients in one place and period is a slip of one of them.
-- reason_zh: 手术患者必先就诊：同一地区、同一时期手术多于患者，其中一数有误。
-- applies_to: core.fact_figure
-- gives: findings
--
-- Of one article, with the same recipient, body and period; without a period, of one sentence. Patients are those of all
-- settings, or outpatients and inpatients together.
WITH level AS (
    SELECT *
    FROM audit_fact
    WHERE aspect = 'level'
        AND status = 'actual'
        AND NOT is_part
        AND NOT is_annual
        AND coalesce(qualifier, '教学') = '教学'
), operation AS (
    SELECT * FROM level WHERE metric = 'surgeries'
), seen AS (
    SELECT
        operation.figure_key,
        operation.figure,
        operation.value_low,
        patient.metric,
        max(patient.highest) AS highest,
        arg_max(patient.figure_key, patient.highest) AS patient_key,
        arg_max(patient.figure, patient.highest) AS patient_printed
    FROM operation
    JOIN level AS patient
        ON patient.article_key = operation.article_key
        AND patient.recipient_key IS NOT DISTINCT FROM operation.recipient_key
        AND patient.organisation_key IS NOT DISTINCT FROM operation.organisation_key
        AND patient.period_start IS NOT DISTINCT FROM operation.period_start
        AND patient.period_end IS NOT DISTINCT FROM operation.period_end
        AND (
            patient.sentence = operation.sentence
            OR coalesce(operation.period_start, operation.period_end) IS NOT NULL
        )
    WHERE patient.metric IN ('patient_visits', 'outpatient_visits', 'inpatient_admissions')
    GROUP BY ALL
), together AS (
    SELECT
        figure_key,
        any_value(figure) AS figure,
        any_value(value_low) AS value_low,
        sum(highest) AS highest,
        count(*) FILTER (metric = 'patient_visits') > 0 OR count(*) = 2 AS is_all_settings,
        list(patient_key ORDER BY metric) AS patient_keys,
        string_agg(patient_printed, ' and ' ORDER BY metric) AS patients,
        string_agg(patient_printed, '、' ORDER BY metric) AS patients_zh
    FROM seen
    GROUP BY figure_key
)
SELECT
    figure_key AS first_figure_key,
    patient_keys[1] AS second_figure_key,
    list_concat([figure_key], patient_keys) AS figure_keys,
    format('{} operations on {} patients of the same place and period.', figure, patients) AS message,
    format('同一地区、同一时期，手术{}，而患者只有{}。', figure, patients_zh) AS message_zh,
    NULL AS explanation,
    NULL AS explanation_zh
FROM together
WHERE is_all_settings
    AND value_low > highest;
