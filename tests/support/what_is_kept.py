"""Where something stands in the whole database."""

from townsfolk import rows, value

COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'spatial_ref_sys'
      AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')
"""


def where_it_is_kept(*needles: str) -> set[str]:
    """Every text and JSON column of the whole database that holds one of these anywhere."""
    wanted = [f"%{needle}%" for needle in needles]
    asked = 'SELECT EXISTS (SELECT FROM "{}" WHERE "{}"::text LIKE ANY(:wanted))'
    columns = rows(COLUMNS)
    return {".".join(one) for one in columns if value(asked.format(*one), wanted=wanted)}
