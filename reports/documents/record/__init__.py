"""経緯書: the record of one ticket, as a court asks for it: what came when, who knew of it, what
was done; signed, and compared with the database whenever somebody doubts it."""
