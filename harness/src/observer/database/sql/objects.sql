-- The sequences and the functions of each schema, as one fingerprint each: equal ones mean equal definitions, in all databases of one
-- server version. All stands by its name; where the schema's own name is part of a text, it is part of the fingerprint too.
WITH schemas AS MATERIALIZED (
    SELECT oid, nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
),
sequences AS (
    SELECT c.relnamespace AS oid, sum(hashnameextended(c.relname, hashtextextended(concat_ws(
        '#', format_type(s.seqtypid, NULL), s.seqstart, s.seqmin, s.seqmax, s.seqincrement, s.seqcycle, owner.text
    ), 0))) AS hash
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    -- "LIMIT 1" has the few owners looked up one by one; pg_depend has a row for all that there is.
    LEFT JOIN LATERAL (
        SELECT concat_ws('#', d.deptype, quote_ident(o.relname), quote_ident(a.attname)) AS text
        FROM pg_depend d
        JOIN pg_class o ON o.oid = d.refobjid
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.objsubid = 0
            AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        LIMIT 1
    ) owner ON true
    WHERE NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype = 'e'
    )
    GROUP BY c.relnamespace
),
functions AS (
    SELECT p.pronamespace AS oid, sum(hashtextextended(
        p.text, CASE WHEN strpos(p.text, quote_ident(n.nspname) || '.') > 0 THEN hashnameextended(n.nspname, 0) ELSE 0 END
    )) AS hash
    FROM (
        SELECT f.pronamespace, concat_ws(
            '#', quote_ident(f.proname), f.prokind, l.lanname, f.provolatile, f.proisstrict,
            pg_get_function_arguments(f.oid), '->', pg_get_function_result(f.oid)
        ) AS text
        FROM pg_proc f
        JOIN pg_language l ON l.oid = f.prolang
        WHERE f.pronamespace IN (SELECT oid FROM schemas)
            -- Functions that an extension brings are the extension's.
            AND NOT EXISTS (
                SELECT FROM pg_depend d
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e'
            )
    ) p
    JOIN schemas n ON n.oid = p.pronamespace
    GROUP BY p.pronamespace
)
SELECT n.oid, n.nspname::text, hashtextextended(sequences.hash::text, 0), hashtextextended(functions.hash::text, 0)
FROM schemas n
LEFT JOIN sequences ON sequences.oid = n.oid
LEFT JOIN functions ON functions.oid = n.oid
WHERE sequences.hash IS NOT NULL OR functions.hash IS NOT NULL
ORDER BY n.nspname
