SELECT n.nspname::text, owner.rolname::text, r.rolname::text, coalesce(r.may_use, false), coalesce(r.may_create, false)
FROM pg_namespace n
JOIN pg_roles owner ON owner.oid = n.nspowner
LEFT JOIN LATERAL (
    SELECT
        role.rolname,
        has_schema_privilege(role.oid, n.oid, 'USAGE') AS may_use,
        has_schema_privilege(role.oid, n.oid, 'CREATE') AS may_create
    FROM pg_roles role
    WHERE role.rolname NOT LIKE 'pg\_%'
) r ON r.may_use OR r.may_create
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
