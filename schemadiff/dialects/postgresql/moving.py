"""What takes a block of PL/pgSQL: a type, or a counter, takes the place of another."""

MOVE_COLUMNS = """DO $schemadiff$
DECLARE
  part record; again text[]; command text; value text; said text; mapping text[] := {mapping};
  olds oid[] := ARRAY[{old}::regtype::oid]; news text[] := ARRAY[{new}];
BEGIN
  FOR part IN
    WITH RECURSIVE above AS (
      SELECT {old}::regtype::oid AS oid, 0 AS steps
      UNION ALL
      SELECT t.oid, above.steps + 1 FROM above JOIN pg_type b ON above.oid IN (b.oid, b.typelem) JOIN pg_type t ON t.typbasetype = b.oid
    )
    SELECT t.oid, t.oid::regtype::text AS name, left(t.typname, 50) || '__old' AS aside, format_type(t.typbasetype, t.typtypmod) AS over,
           (SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
            WHERE c.oid = t.typcollation AND t.typcollation <> b.typcollation) AS collation,
           ' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0) AS said, CASE WHEN t.typnotnull THEN ' NOT NULL' END AS required
    FROM above JOIN pg_type t USING (oid) JOIN pg_type b ON b.oid = t.typbasetype WHERE above.steps > 0 ORDER BY above.steps
  LOOP
    command := 'CREATE DOMAIN ' || part.name || ' AS ' || concat(part.over, part.collation, part.said, part.required);
    EXECUTE format('ALTER DOMAIN %s RENAME TO %I', part.name, part.aside);
    olds := olds || part.oid; news := news || part.name;
    FOR i IN 1 .. array_length(olds, 1) LOOP
      command := replace(command, olds[i]::regtype::text, news[i]);
    END LOOP;
    EXECUTE command;
    FOR said IN
      SELECT format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', part.name, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE contypid = part.oid AND contype = 'c' ORDER BY conname
    LOOP
      FOR i IN 1 .. array_length(olds, 1) LOOP
        said := replace(said, olds[i]::regtype::text, news[i]);
      END LOOP;
      EXECUTE said;
    END LOOP;
  END LOOP;
  FOR part IN
    SELECT DISTINCT k.oid, k.conname AS name, k.conrelid::regclass AS tab, pg_get_constraintdef(k.oid) AS said,
           obj_description(k.oid, 'pg_constraint') AS note
    FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE k.contype IN ('c', 'x', 'f') AND k.conislocal AND k.conparentid = 0 AND olds && ARRAY[t.oid, t.typelem]
  LOOP
    again := again || format('ALTER TABLE %s ADD CONSTRAINT %I %s', part.tab, part.name, part.said);
    IF part.note IS NOT NULL THEN
      again := again || format('COMMENT ON CONSTRAINT %I ON %s IS %L', part.name, part.tab, part.note);
    END IF;
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', part.tab, part.name);
  END LOOP;
  FOR part IN
    SELECT DISTINCT i.indexrelid, i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS said,
           obj_description(i.indexrelid, 'pg_class') AS note
    FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL) AND olds && ARRAY[t.oid, t.typelem]
      AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
  LOOP
    again := again || part.said;
    IF part.note IS NOT NULL THEN
      again := again || format('COMMENT ON INDEX %s IS %L', part.name, part.note);
    END IF;
    EXECUTE format('DROP INDEX %s', part.name);
  END LOOP;
  FOR part IN
    SELECT a.attrelid::regclass AS tab, a.attname AS col, pg_get_expr(d.adbin, d.adrelid) AS said,
           CASE WHEN t.typelem <> 0 THEN '[]' ELSE '' END AS dims,
           news[coalesce(array_position(olds, t.oid), array_position(olds, t.typelem))] AS new
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE olds && ARRAY[t.oid, t.typelem] AND NOT a.attisdropped AND a.attislocal
    ORDER BY a.attrelid::regclass::text, a.attnum
  LOOP
    IF part.said IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', part.tab, part.col);
    END IF;
    value := format('%I::text%s', part.col, part.dims);
    FOR i IN 1 .. coalesce(array_length(mapping, 1), 0) / 2 LOOP
      value := format(
        CASE part.dims WHEN '' THEN 'CASE %1$s WHEN %2$L THEN %3$L ELSE %1$s END' ELSE 'array_replace(%1$s, %2$L, %3$L)' END,
        value, mapping[2 * i - 1], mapping[2 * i]);
    END LOOP;
    BEGIN
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s USING (%s)::%s', part.tab, part.col,
        part.new || part.dims, value, part.new || part.dims);
    EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
      RAISE EXCEPTION USING ERRCODE = SQLSTATE, HINT = {hint},
        MESSAGE = format('a row of %s has a value in %I that the new type %s does not take: %s', part.tab, part.col, part.new, SQLERRM);
    END;
    IF part.said LIKE '''%''::' || {old}::regtype::text || '[]' THEN
      said := format('(%s)::text[]', part.said);
      FOR i IN 1 .. coalesce(array_length(mapping, 1), 0) / 2 LOOP
        said := format('array_replace(%s, %L, %L)', said, mapping[2 * i - 1], mapping[2 * i]);
      END LOOP;
      EXECUTE format('SELECT quote_literal((%s)::text)', said) INTO said;
      part.said := said || '::' || {new}::text || '[]';
    END IF;
    IF part.said IS NOT NULL THEN
      again := format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', part.tab, part.col, part.said) || again;
    END IF;
  END LOOP;
  FOREACH command IN ARRAY coalesce(again, '{{}}'::text[]) LOOP
    FOR i IN 1 .. coalesce(array_length(mapping, 1), 0) / 2 LOOP
      command := replace(command, quote_literal(mapping[2 * i - 1]) || '::' || {old}::regtype::text,
        quote_literal(mapping[2 * i]) || '::' || {old}::regtype::text);
    END LOOP;
    FOR i IN 1 .. array_length(olds, 1) LOOP
      command := replace(command, olds[i]::regtype::text, news[i]);
    END LOOP;
    EXECUTE command;
  END LOOP;
  FOR i IN REVERSE array_length(olds, 1) .. 2 LOOP
    EXECUTE 'DROP DOMAIN ' || olds[i]::regtype;
  END LOOP;
END $schemadiff$"""
"""Every column of a type gets another one; defaults, checks and indexes that name it are made again, and domains over it.

A default that is an array is a constant where it begins and ends as one; only such a one is put through the mapping.
"""

RELEASE = """DO $schemadiff$
DECLARE owned record;
BEGIN
  FOR owned IN
    SELECT d.objid::regclass AS name FROM pg_depend d
    JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind = 'S'
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.refclassid = 'pg_class'::regclass AND d.deptype = 'a' AND a.attrelid = {table}::regclass AND a.attname = {name}
  LOOP
    EXECUTE format('DROP SEQUENCE %s', owned.name);
  END LOOP;
END $schemadiff$"""
"""The sequences that a column still owns go, though it counts by them no longer."""

TAKE_OVER = """DO $schemadiff$
DECLARE
  old text := {sequence};
  new text;
  last bigint;
BEGIN
  EXECUTE 'SELECT CASE WHEN is_called THEN last_value END FROM ' || old INTO last;
{statements}  new := {sequence};
  SELECT CASE WHEN s.seqincrement > 0 THEN greatest(last, max(t.{name})) ELSE least(last, min(t.{name})) END
    INTO last FROM pg_sequence s LEFT JOIN {table} t ON true
    WHERE s.seqrelid = new::regclass GROUP BY s.seqincrement;
  PERFORM setval(new, last) FROM pg_sequence s
    WHERE s.seqrelid = new::regclass AND last BETWEEN s.seqmin AND s.seqmax;
END $schemadiff$"""
"""A sequence of a column gives way to another, which goes on where the old one stood."""
