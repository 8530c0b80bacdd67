-- Equal fingerprints of tables of the same name mean equal definitions, in all databases of one server version: whatever stands here
-- by its number has the same number everywhere (objects below 12000 are made by initdb in one order), all else stands by its name.
-- Hashes are of 64 bits and summed up, so that nothing need be sorted or built as text but what only PostgreSQL can print.
-- $1: whether the server's version is one whose catalogs are known to have no other columns that its definition functions print.
WITH relations AS MATERIALIZED (
    SELECT
        c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relpartbound,
        c.relispartition AND c.relname ~ '_[0-9]{4}_[0-9]{2}$' AS is_month_partition
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
        AND n.nspname NOT LIKE 'pg\_%'
        AND n.nspname <> 'information_schema'
        -- Tables that an extension brings are the extension's.
        AND NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'
                AND d.objid = c.oid
        )
),
-- Month partitions are not compared. "IN (…) IS TRUE" has each catalog read once from its start; PostgreSQL knows nothing of how many
-- tables a database has that was just filled, and would look them up one by one.
compared AS MATERIALIZED (SELECT oid, nspname FROM relations WHERE NOT is_month_partition),
columns AS (
    SELECT
        a.attrelid AS oid,
        sum(hashnameextended(
            a.attname,
            hashint8extended(
                CASE WHEN a.atttypid < 12000 THEN (a.atttypid::bigint << 32) + a.atttypmod ELSE hashtextextended(
                    format_type(a.atttypid, a.atttypmod),
                    coalesce((
                        SELECT hashnameextended(n.nspname, 0)
                        FROM pg_class c
                        JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.oid = a.attrelid
                            AND strpos(format_type(a.atttypid, a.atttypmod), quote_ident(n.nspname) || '.') > 0
                    ), 0)
                ) END,
                (a.attnum::bigint << 16) + (a.attidentity::integer << 1) + a.attnotnull::integer
            )
        )) AS hash
    FROM pg_attribute a
    WHERE a.attnum > 0 AND NOT a.attisdropped AND (a.attrelid IN (SELECT oid FROM compared)) IS TRUE
    GROUP BY a.attrelid
),
-- The few targets of foreign keys.
referenced AS MATERIALIZED (
    SELECT
        k.confrelid AS oid, k.confkey, target.relnamespace AS namespace, target.relispartition,
        -- Looked up by its number: a join would search all schemas for each target.
        (SELECT n.nspname FROM pg_namespace n WHERE n.oid = target.relnamespace) AS nspname,
        hashtextextended((
            SELECT string_agg(a.attname, ',' ORDER BY key.position)
            FROM unnest(k.confkey) WITH ORDINALITY AS key (number, position)
            JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.number
        ), hashnameextended(target.relname, 0)) AS hash
    FROM (SELECT DISTINCT confrelid, confkey FROM pg_constraint WHERE contype = 'f') k
    CROSS JOIN LATERAL (SELECT relname, relnamespace, relispartition FROM pg_class WHERE oid = k.confrelid OFFSET 0) target
),
keys AS (
    SELECT
        k.conrelid AS oid,
        sum(CASE
            WHEN k.contype = 'p' THEN hash_array_extended(k.conkey, 1)
            ELSE hash_array_extended(k.conkey, hashtextextended(
                concat(
                    k.confupdtype, k.confdeltype, k.confmatchtype, k.condeferrable, k.condeferred, k.convalidated,
                    CASE WHEN target.namespace <> k.connamespace OR target.nspname = 'public' THEN target.nspname END
                ),
                target.hash
            ))
        END) AS hash
    FROM pg_constraint k
    LEFT JOIN referenced target ON target.oid = k.confrelid AND target.confkey = k.confkey
    -- A key that refers to a partitioned table has a twin for each of its partitions; the first says it all.
    WHERE (k.contype = 'p' OR k.contype = 'f' AND NOT target.relispartition)
        AND (k.conrelid IN (SELECT oid FROM compared)) IS TRUE
    GROUP BY k.conrelid
),
-- Indexes of other methods than btree, and whether more is printed of them than what is hashed below: storage parameters, or a method
-- that an extension brings.
unusual AS MATERIALIZED (
    SELECT oid, relam, reloptions IS NOT NULL OR relam >= 12000 AS is_printed
    FROM pg_class
    WHERE relkind IN ('i', 'I') AND (relam <> 403 OR reloptions IS NOT NULL)
),
-- Operator classes that an extension brings stand by their names.
named_classes AS MATERIALIZED (
    SELECT o.oid, hashnameextended(o.opcname, hashnameextended(n.nspname, 1)) AS hash
    FROM pg_opclass o
    JOIN pg_namespace n ON n.oid = o.opcnamespace
    WHERE o.oid >= 12000
),
indexes AS MATERIALIZED (
    SELECT
        i.indrelid AS oid, i.indexrelid,
        (i.indnkeyatts::bigint << 2) + (i.indisunique::integer << 1) + i.indisvalid::integer AS seed,
        CASE WHEN
            $1 AND i.indexprs IS NULL AND i.indpred IS NULL AND 12000 > ALL (i.indcollation::oid[])
            AND NOT i.indexrelid IN (SELECT oid FROM unusual WHERE is_printed)
            -- What else a unique index may have is printed with its constraint.
            AND (NOT i.indisunique OR i.indexrelid IN (SELECT conindid FROM pg_constraint WHERE contype = 'u'))
        THEN hash_array_extended(
            i.indkey::smallint[],
            hash_array_extended(
                i.indoption::smallint[],
                hashoidvectorextended(i.indcollation, 0) # CASE WHEN 12000 > ALL (i.indclass::oid[])
                    THEN hashoidvectorextended(i.indclass, 0)
                    ELSE (
                        SELECT hash_array_extended(array_agg(coalesce(named.hash, class.oid::bigint) ORDER BY class.position), 1)
                        FROM unnest(i.indclass) WITH ORDINALITY AS class (oid, position)
                        LEFT JOIN named_classes named ON named.oid = class.oid
                    )
                END
            )
        ) # CASE WHEN i.indexrelid IN (SELECT oid FROM unusual) THEN (SELECT relam::bigint FROM pg_class WHERE oid = i.indexrelid) ELSE 0 END
        END AS hash
    FROM pg_index i
    WHERE NOT i.indisprimary AND (i.indrelid IN (SELECT oid FROM compared)) IS TRUE
),
-- Few, among the many that keep foreign keys. What a partition has from its parent is the parent's.
triggers AS MATERIALIZED (
    SELECT
        t.tgrelid AS oid, t.oid AS trigger, ascii(t.tgenabled::text)::bigint AS seed,
        CASE WHEN $1 AND t.tgqual IS NULL AND t.tgconstraint = 0 AND t.tgoldtable IS NULL AND t.tgnewtable IS NULL THEN hashtextextended(
            concat_ws(
                '#', quote_ident(t.tgname), t.tgtype, t.tgattr, encode(t.tgargs, 'hex'), quote_ident(f.proname),
                CASE WHEN f.pronamespace <> c.relnamespace OR n.nspname = 'public' THEN quote_ident(n.nspname) END
            ),
            ascii(t.tgenabled::text)
        ) END AS hash
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_proc f ON f.oid = t.tgfoid
    JOIN pg_namespace n ON n.oid = f.pronamespace
    WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND (t.tgrelid IN (SELECT oid FROM compared)) IS TRUE
),
defaults AS MATERIALIZED (
    SELECT d.oid, d.adrelid, d.adnum, d.adbin, hashtextextended(d.adbin::text, 0) AS tree
    FROM pg_attrdef d
    WHERE (d.adrelid IN (SELECT oid FROM compared)) IS TRUE
),
-- Most defaults name nothing of their table, and are equal in all tenants down to their trees: each is printed once.
printed_defaults AS MATERIALIZED (
    SELECT d.tree, pg_get_expr(d.adbin, 0) AS text
    FROM defaults d
    WHERE d.oid IN (SELECT min(oid) FROM defaults GROUP BY tree) AND strpos(d.adbin::text, '{VAR ') = 0
),
-- What PostgreSQL must print.
texts AS MATERIALIZED (
    SELECT
        d.adrelid AS oid, d.adnum::bigint AS seed, coalesce(p.text, pg_get_expr(d.adbin, d.adrelid)) AS text
    FROM defaults d
    LEFT JOIN printed_defaults p ON p.tree = d.tree
    UNION ALL
    SELECT k.conrelid, 10000 + ascii(k.contype::text), pg_get_constraintdef(k.oid)
    FROM pg_constraint k
    WHERE (k.conrelid IN (SELECT oid FROM compared)) IS TRUE
        -- Newer versions may set only some columns to NULL or to their default.
        AND (k.contype IN ('u', 'c', 'x') OR k.contype = 'f' AND (k.confdeltype IN ('n', 'd') OR NOT $1))
    UNION ALL
    SELECT i.oid, 20000 + i.seed, regexp_replace(pg_get_indexdef(i.indexrelid), '^.*? USING ', '')
    FROM indexes i
    WHERE i.hash IS NULL
    UNION ALL
    SELECT t.oid, 30000 + t.seed, pg_get_triggerdef(t.trigger)
    FROM triggers t
    WHERE t.hash IS NULL
),
-- A text that names the table's own schema means something else in another one.
printed AS (
    SELECT t.oid, sum(hashtextextended(
        t.text,
        t.seed # CASE WHEN strpos(t.text, quote_ident(c.nspname) || '.') > 0 THEN hashnameextended(c.nspname, 0) ELSE 0 END
    )) AS hash
    FROM texts t
    JOIN compared c ON c.oid = t.oid
    GROUP BY t.oid
),
hashed_indexes AS (SELECT oid, sum(hashint8extended(hash, seed)) AS hash FROM indexes WHERE hash IS NOT NULL GROUP BY oid),
hashed_triggers AS (SELECT oid, sum(hash) AS hash FROM triggers WHERE hash IS NOT NULL GROUP BY oid),
partition_keys AS MATERIALIZED (
    SELECT
        p.partrelid AS oid,
        CASE WHEN p.partexprs IS NULL AND 12000 > ALL (p.partclass::oid[]) AND 12000 > ALL (p.partcollation::oid[])
            THEN concat_ws('#', p.partstrat, p.partattrs, p.partclass, p.partcollation)
            ELSE pg_get_partkeydef(p.partrelid)
        END AS text
    FROM pg_partitioned_table p
    WHERE p.partrelid IN (SELECT oid FROM compared)
),
parents AS MATERIALIZED (
    SELECT r.oid, (
        SELECT parent.relname
        FROM pg_inherits i
        JOIN pg_class parent ON parent.oid = i.inhparent
        WHERE i.inhrelid = r.oid
    ) AS name
    FROM relations r
    WHERE r.relispartition
)
SELECT
    r.oid,
    r.nspname::text,
    r.relname::text,
    parents.name::text,
    CASE WHEN NOT r.is_month_partition THEN hashtextextended(concat_ws(
        '#', r.relkind, columns.hash, coalesce(keys.hash, 0), coalesce(hashed_indexes.hash, 0), coalesce(printed.hash, 0),
        coalesce(hashed_triggers.hash, 0),
        CASE WHEN r.relispartition THEN concat_ws('#', parents.name, CASE
            WHEN strpos(r.relpartbound::text, ' :is_default true ') > 0 THEN 'DEFAULT'
            ELSE pg_get_expr(r.relpartbound, 0)
        END) ELSE '-' END,
        partition_keys.text
    ), 0) END
FROM relations r
LEFT JOIN columns ON columns.oid = r.oid
LEFT JOIN keys ON keys.oid = r.oid
LEFT JOIN hashed_indexes ON hashed_indexes.oid = r.oid
LEFT JOIN hashed_triggers ON hashed_triggers.oid = r.oid
LEFT JOIN printed ON printed.oid = r.oid
LEFT JOIN parents ON parents.oid = r.oid
LEFT JOIN partition_keys ON partition_keys.oid = r.oid
ORDER BY r.oid
