"""巡回日誌: a patrol as a PDF."""
