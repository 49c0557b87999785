"""One machine's Michi: its servers and programs, started, kept running and stopped together."""
