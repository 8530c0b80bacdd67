-- The sequences and functions of one schema a row, as a catalog describes them.
SELECT
    n.oid,
    json_build_object(
        'sequences', (
            SELECT coalesce(json_object_agg(c.relname, json_build_object(
                'data_type', format_type(s.seqtypid, NULL),
                'start', s.seqstart,
                'minimum', s.seqmin,
                'maximum', s.seqmax,
                'increment', s.seqincrement,
                'cycle', s.seqcycle,
                'owned_by', owner.text,
                'owner_kind', CASE owner.deptype WHEN 'i' THEN 'identity' WHEN 'a' THEN 'serial' END
            )), '{}')
            FROM pg_sequence s
            JOIN pg_class c ON c.oid = s.seqrelid
            LEFT JOIN LATERAL (
                SELECT o.relname || '.' || a.attname AS text, d.deptype
                FROM pg_depend d
                JOIN pg_class o ON o.oid = d.refobjid
                JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.objsubid = 0
                    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                LIMIT 1
            ) owner ON true
            WHERE c.relnamespace = n.oid
                AND NOT EXISTS (
                    SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype = 'e'
                )
        ),
        'functions', (
            SELECT coalesce(json_agg(json_build_object(
                'name', f.proname,
                'kind', CASE f.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'window' END,
                'arguments', pg_get_function_arguments(f.oid),
                'returns', pg_get_function_result(f.oid),
                'language', l.lanname,
                'volatility', CASE f.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
                'strict', f.proisstrict
            )), '[]')
            FROM pg_proc f
            JOIN pg_language l ON l.oid = f.prolang
            WHERE f.pronamespace = n.oid
                AND NOT EXISTS (
                    SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e'
                )
        )
    )
FROM pg_namespace n
WHERE n.oid = ANY ($1)
