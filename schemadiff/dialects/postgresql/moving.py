"""What takes a block of PL/pgSQL: a type, or a counter, takes the place of another."""

MOVE_COLUMNS = """DO $schemadiff$
DECLARE part record; again text[]; command text; value text; said text; mapping text[] := {mapping};
BEGIN
  FOR part IN
    SELECT DISTINCT k.oid, k.conname AS name, k.conrelid::regclass AS tab, pg_get_constraintdef(k.oid) AS said,
           obj_description(k.oid, 'pg_constraint') AS note
    FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE k.contype IN ('c', 'x', 'f') AND k.conislocal AND k.conparentid = 0 AND {old}::regtype IN (t.oid, t.typelem)
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
    WHERE (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL) AND {old}::regtype IN (t.oid, t.typelem)
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
           CASE WHEN t.typelem <> 0 THEN '[]' ELSE '' END AS dims
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE {old}::regtype IN (t.oid, t.typelem) AND NOT a.attisdropped AND a.attislocal
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
        {new}::text || part.dims, value, {new}::text || part.dims);
    EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
      RAISE EXCEPTION USING ERRCODE = SQLSTATE, HINT = {hint},
        MESSAGE = format('a row of %s has a value in %I that the new type %s does not take: %s', part.tab, part.col, {new}::text, SQLERRM);
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
    EXECUTE replace(command, {old}::regtype::text, {new}::text);
  END LOOP;
END $schemadiff$"""
"""Every column of a type gets another one; defaults, checks and indexes that name it are made again.

A default that is an array is a constant where it begins and ends as one; only such a one is put through the mapping.
"""

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
