"""The second step of coming in, and the ways by which somebody shows who they are."""
