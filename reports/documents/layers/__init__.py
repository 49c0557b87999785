"""Rows with a place as layers that programs of maps and of data open: GeoPackage and Parquet."""
