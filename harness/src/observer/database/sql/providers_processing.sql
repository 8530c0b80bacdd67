-- Every provider to which something was sent: how many manifests, how many came to a good end, and which was the last of these.
WITH bad AS (
    SELECT id FROM public.reporting_common_costusagereportmanifest
    WHERE completed_datetime IS NULL OR jsonb_path_exists(state, '$.*.failed ? (@ != null)')
    UNION
    SELECT manifest_id FROM public.reporting_common_costusagereportstatus WHERE status = 2
)
SELECT manifest.provider_id, count(*), count(*) FILTER (WHERE bad.id IS NULL),
       coalesce(max(manifest.id) FILTER (WHERE bad.id IS NULL), 0)
FROM public.reporting_common_costusagereportmanifest AS manifest
LEFT JOIN bad USING (id)
GROUP BY manifest.provider_id
ORDER BY manifest.provider_id
