"""One thing done to many tickets."""
