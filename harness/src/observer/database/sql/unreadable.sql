-- The tables that are to be read and may not be: those of $1 in every schema, those of $2 in `public`. What vanishes meanwhile is
-- neither here nor there.
SELECT n.nspname::text, c.relname::text, has_schema_privilege(n.oid, 'USAGE'), has_table_privilege(c.oid, 'SELECT')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
    AND n.nspname NOT LIKE 'pg\_%'
    AND n.nspname <> 'information_schema'
    AND (c.relname::text = ANY ($1) OR n.nspname = 'public' AND c.relname::text = ANY ($2))
    AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
ORDER BY 1, 2
