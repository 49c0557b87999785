"""The monthly report at the desk: its versions, its words and photos, and who gets it by mail."""
