-- Equal fingerprints of tables of the same name mean equal definitions. Types, operator classes and collations stand by their
-- oid, which is the same for all schemas of a database; numbers of columns are tied to their names by the first part.
WITH relations AS MATERIALIZED (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relnamespace
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
        AND n.nspname NOT LIKE 'pg\_%'
        AND n.nspname <> 'information_schema'
        AND NOT (c.relispartition AND c.relname ~ '_[0-9]{4}_[0-9]{2}$')
        -- Tables that an extension brings are the extension's.
        AND NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
),
columns AS (
    SELECT
        a.attrelid AS oid,
        string_agg(
            concat_ws(
                ' ', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attcollation,
                pg_get_expr(d.adbin, d.adrelid)
            ),
            ',' ORDER BY a.attnum
        ) AS text
    FROM pg_attribute a
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (SELECT oid FROM relations)
    GROUP BY a.attrelid
),
constraints AS (
    SELECT k.conrelid AS oid, string_agg(k.text, ',' ORDER BY k.text) AS text
    FROM (
        SELECT
            k.conrelid,
            CASE
                WHEN k.contype = 'p' THEN concat_ws(' ', 'p', k.conkey)
                WHEN k.contype = 'f' AND cardinality(k.confkey) = 1 THEN concat_ws(
                    ' ', 'f', k.conkey, CASE WHEN target.relnamespace = k.connamespace THEN 0 ELSE target.relnamespace END,
                    target.relname, referenced.attname, k.confupdtype, k.confdeltype, k.confmatchtype, k.condeferrable,
                    k.condeferred, k.convalidated, target.relispartition
                )
                ELSE k.contype::text || pg_get_constraintdef(k.oid)
            END AS text
        FROM pg_constraint k
        LEFT JOIN pg_class target ON target.oid = k.confrelid
        LEFT JOIN pg_attribute referenced ON referenced.attrelid = k.confrelid AND referenced.attnum = k.confkey[1]
        WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND k.conrelid IN (SELECT oid FROM relations)
    ) k
    GROUP BY k.conrelid
),
indexes AS (
    SELECT i.indrelid AS oid, string_agg(i.text, ',' ORDER BY i.text) AS text
    FROM (
        SELECT
            i.indrelid,
            CASE
                WHEN i.indisunique OR i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
                    THEN regexp_replace(pg_get_indexdef(i.indexrelid), '^.*? USING ', '') || i.indisunique
                ELSE concat_ws(
                    ' ', c.relam, i.indkey, i.indclass, i.indcollation, i.indoption, i.indnkeyatts, i.indisvalid, c.reloptions
                )
            END AS text
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        WHERE NOT i.indisprimary AND i.indrelid IN (SELECT oid FROM relations)
    ) i
    GROUP BY i.indrelid
)
SELECT
    r.oid,
    r.nspname::text,
    r.relname::text,
    md5(concat_ws(
        '#', r.relkind, columns.text, coalesce(constraints.text, '-'), coalesce(indexes.text, '-'), parent.relname,
        CASE WHEN r.relispartition THEN pg_get_expr(own.relpartbound, own.oid) END,
        CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END
    ))
FROM relations r
JOIN pg_class own ON own.oid = r.oid
LEFT JOIN columns ON columns.oid = r.oid
LEFT JOIN constraints ON constraints.oid = r.oid
LEFT JOIN indexes ON indexes.oid = r.oid
LEFT JOIN pg_inherits i ON i.inhrelid = r.oid
LEFT JOIN pg_class parent ON parent.oid = i.inhparent
ORDER BY r.nspname, r.relname
