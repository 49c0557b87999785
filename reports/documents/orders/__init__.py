"""A work order on paper and as a workbook."""
