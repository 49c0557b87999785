"""What every screen is made with: pages, forms, refusals, words, files for browsers."""
