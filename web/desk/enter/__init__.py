"""Reports that staff write down: by telephone, at the counter, by mail, on patrol."""
