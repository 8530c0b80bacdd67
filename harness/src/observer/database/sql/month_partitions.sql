SELECT n.nspname::text, c.relname::text, parent.relname::text
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_inherits i ON i.inhrelid = c.oid
JOIN pg_class parent ON parent.oid = i.inhparent
WHERE c.relispartition
    AND c.relkind IN ('r', 'p')
    AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
    AND n.nspname NOT LIKE 'pg\_%'
    AND n.nspname <> 'information_schema'
