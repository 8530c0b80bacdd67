-- One table a row, described as a catalog describes it.
SELECT
    c.oid,
    json_build_object(
        'kind', CASE WHEN c.relispartition THEN 'partition' WHEN c.relkind = 'p' THEN 'partitioned' ELSE 'table' END,
        'columns', (
            SELECT coalesce(json_agg(json_build_object(
                'name', a.attname,
                'data_type', format_type(a.atttypid, a.atttypmod),
                'not_null', a.attnotnull,
                'default', pg_get_expr(d.adbin, d.adrelid),
                'identity', nullif(a.attidentity::text, '')
            ) ORDER BY a.attnum), '[]')
            FROM pg_attribute a
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ),
        'primary_key', (
            SELECT coalesce(json_agg(a.attname ORDER BY key.position), '[]')
            FROM pg_constraint k
            CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS key (number, position)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.number
            WHERE k.conrelid = c.oid AND k.contype = 'p'
        ),
        'unique', (
            SELECT coalesce(json_agg(pg_get_constraintdef(k.oid)), '[]')
            FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'u'
        ),
        'checks', (
            SELECT coalesce(json_agg(pg_get_constraintdef(k.oid)), '[]')
            FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('c', 'x')
        ),
        -- A key that refers to a partitioned table has a twin for each of its partitions; the first says it all.
        'foreign_keys', (
            SELECT coalesce(json_agg(pg_get_constraintdef(k.oid)), '[]')
            FROM pg_constraint k
            JOIN pg_class target ON target.oid = k.confrelid
            WHERE k.conrelid = c.oid AND k.contype = 'f' AND NOT target.relispartition
        ),
        'indexes', (
            SELECT coalesce(json_agg(
                CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END
                || 'USING ' || regexp_replace(pg_get_indexdef(i.indexrelid), '^.*? USING ', '')
                || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
            ), '[]')
            FROM pg_index i WHERE i.indrelid = c.oid AND NOT i.indisprimary
        ),
        -- What a partition has from its parent is the parent's.
        'triggers', (
            SELECT coalesce(json_agg(
                pg_get_triggerdef(t.oid)
                || CASE t.tgenabled WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' REPLICA' WHEN 'A' THEN ' ALWAYS' ELSE '' END
            ), '[]')
            FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgparentid = 0
        ),
        'partition_key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
        'partition_of', (
            SELECT parent.relname
            FROM pg_inherits i JOIN pg_class parent ON parent.oid = i.inhparent
            WHERE i.inhrelid = c.oid AND c.relispartition
        ),
        'bound', CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END
    )
FROM pg_class c
WHERE c.oid = ANY ($1)
ORDER BY c.oid
