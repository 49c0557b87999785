"""The routing table: its lines and files, its checks, its versions, and trials of a changed one."""
