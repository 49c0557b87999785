"""The whole of Michi on one machine: database, queue, a LINE platform on loopback, and a keeper."""
